/**
 * The log by touch: keypad, quick amounts, headroom while an amount is typed, and the finder in place.
 * The page works without it: then the amount is typed, and each step with the customer is a page.
 */

import { drawMeter } from "./meter.js";

const form = document.querySelector("form.log");
const amount = form.querySelector("#amount");
const keypad = form.querySelector(".keypad");
const decimals = Number(form.dataset.decimals);
const worthless = new Set(form.dataset.worthless.split(",").filter(Boolean));
const money = new Intl.NumberFormat(document.documentElement.lang || "en", {
  style: "currency",
  currency: form.dataset.currency,
  minimumFractionDigits: decimals,
  maximumFractionDigits: decimals,
});
const UNMET = "unmet";
const LONGEST = 10;
const SHORT = 5;
// So many characters of amount and limit together stand side by side.
const BESIDE = 26;
const WAIT = 300;

/** Put facts into a sentence of the page: {amount}, {customer} and so on. */
function say(name, facts = {}) {
  return form.dataset[name].replace(/\{(\w+)\}/g, (whole, fact) => facts[fact] ?? whole);
}

/** Return the amount in minor units; 0 for nothing and for what is not an amount. */
function minorUnits() {
  const match = /^(\d+)(?:\.(\d*))?$/.exec(amount.value.trim());
  if (!match || (match[2] ?? "").length > decimals) return 0;
  return Number(match[1] + (match[2] ?? "").padEnd(decimals, "0"));
}

function show(minor) {
  return money.format(minor / 10 ** decimals);
}

function chosen(name) {
  const input = form.querySelector(`input[name="${name}"]:checked`);
  return { value: input?.value ?? "", words: input?.closest("label").textContent.trim() ?? "" };
}

/** Show what is left for the remedy that is chosen, and what this amount would leave; return it. */
function drawRooms(remedy, minor) {
  const rooms = [...form.querySelectorAll("#rooms .headroom")];
  const own = rooms.find((room) => room.dataset.remedies.split(",").includes(remedy));
  const shown = own ?? rooms.find((room) => "general" in room.dataset);
  for (const room of rooms) room.hidden = room !== shown;
  const isOver = minor > Number(shown.dataset.roomMinor);
  const meter = shown.querySelector(".meter");
  if (meter) drawMeter(meter, minor);
  const box = form.querySelector(".amount");
  box.classList.toggle("amount-over", isOver);
  const limit = shown.querySelector("[data-limit]")?.textContent.trim() ?? "";
  box.classList.toggle("amount-long", amount.value.length > SHORT || amount.value.length + limit.length > BESIDE);
  const words = shown.querySelector("[data-words]");
  shown.idle ??= [...words.childNodes].map((node) => node.cloneNode(true));
  const foot = form.querySelector(".foot-left");
  const counts = shown.dataset.leftMinor !== "" && minor > 0 && !isOver;
  if (!counts) {
    for (const one of [words, foot]) {
      one.replaceChildren(...shown.idle.map((node) => node.cloneNode(true)));
    }
    return Number(shown.dataset.roomMinor);
  }
  const left = document.createElement("b");
  left.textContent = say("sayLeft", { amount: show(Number(shown.dataset.leftMinor) - minor) });
  words.replaceChildren(left, ` ${form.dataset.sayAfter}`);
  foot.replaceChildren(left.cloneNode(true), ` ${form.dataset.sayAfter}`);
  return Number(shown.dataset.roomMinor);
}

/** Say in one sentence what will be recorded, or what is still to be chosen. */
function sentence(remedy, reason, minor) {
  const customer = form.querySelector("#customer").dataset;
  const isUnmet = remedy.value === UNMET;
  const missing = [];
  if (!remedy.value) missing.push(form.dataset.sayRemedy);
  if (!reason.value) missing.push(form.dataset.sayReason);
  if (!customer.chosen && !isUnmet) missing.push(form.dataset.sayCustomer);
  if (!minor && !worthless.has(remedy.value)) missing.push(form.dataset.sayAmount);
  if (missing.length) return say("sayMissing", { missing: missing.join(", ") });
  return say("sayAll", {
    remedy: remedy.words,
    reason: reason.words,
    amount: show(minor),
    customer: customer.name || form.dataset.sayNobody,
  });
}

function buttonWords(remedy, minor, room) {
  if (worthless.has(remedy.value)) return say("sayNothing", { remedy: remedy.words });
  if (!minor) return remedy.value === UNMET ? form.dataset.sayNeed : form.dataset.sayStart;
  if (!room) return form.dataset.sayNone;
  return say(remedy.value === UNMET ? "sayUnmet" : "sayGive", { amount: show(minor) });
}

function refresh() {
  const remedy = chosen("remedy");
  const isWorthless = worthless.has(remedy.value);
  if (isWorthless) amount.value = "";
  amount.readOnly = isWorthless;
  for (const key of keypad.children) key.disabled = isWorthless;
  const minor = minorUnits();
  const isUnmet = remedy.value === UNMET;
  const room = drawRooms(remedy.value, isUnmet ? 0 : minor);
  for (const quick of form.querySelectorAll('input[name="quick"]')) {
    quick.disabled = isWorthless;
    quick.checked = !isWorthless && minor > 0 && quick.value === plain(minor);
    quick.closest("label").hidden = !isUnmet && Number(quick.value) * 10 ** decimals > room;
  }
  form.querySelector("#say").textContent = sentence(remedy, chosen("reason"), minor);
  const button = form.querySelector(".pane-foot .btn-xl");
  const most = Math.max(...[...form.querySelectorAll("#rooms .headroom")].map((one) => Number(one.dataset.roomMinor)));
  const isPossible = isUnmet || isWorthless || (remedy.value ? room : most) > 0;
  button.classList.toggle("btn-primary", isPossible);
  button.textContent = buttonWords(remedy, minor, isUnmet ? minor : room);
}

/** Return minor units as the quick amounts write them: a point and all decimals. */
function plain(minor) {
  const digits = String(minor).padStart(decimals + 1, "0");
  return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
}

/** Press one key of the keypad. */
function press(key) {
  const typed = amount.value;
  if (key === "back") {
    amount.value = typed.slice(0, -1);
  } else if (key === ".") {
    if (!typed.includes(".")) amount.value = `${typed || "0"}.`;
  } else if (typed.length + key.length <= LONGEST) {
    const cents = typed.split(".")[1];
    if (cents === undefined || cents.length + key.length <= decimals) {
      amount.value = typed === "0" ? key.replace(/^0+(?=\d)/, "") : typed + key;
    }
  }
  refresh();
}

/** Take these parts of the page from an answer; false if it is another page. */
function take(text, ids) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const found = ids.map((id) => [document.getElementById(id), page.getElementById(id)]);
  if (found.some(([old, fresh]) => !old || !fresh)) return false;
  for (const [old, fresh] of found) old.replaceWith(document.adoptNode(fresh));
  const kept = page.querySelector('form.log input[name="customer"]');
  if (kept) form.querySelector('input[name="customer"]').value = kept.value;
  return true;
}

/** Do a step with the customer in place; where that cannot be, as a page. */
async function step(button, ids) {
  const body = new FormData(form, button);
  try {
    const answer = await fetch(button.formAction, { method: "POST", body });
    if (!take(await answer.text(), ids)) throw new Error("another page");
  } catch {
    if (ids.includes("found")) return;
    form.dataset.plain = "yes";
    form.requestSubmit(button);
    return;
  }
  refresh();
  if (ids.includes("found")) {
    showFound();
  } else {
    form.querySelector("#customer button, #customer input")?.focus({ preventScroll: true });
  }
}

/** Bring the finder to the top where what was found lies outside of the screen or below its bar. */
function showFound() {
  const found = form.querySelector("#found");
  const foot = form.querySelector(".pane-foot");
  if (!found?.childElementCount) return;
  const isFixed = getComputedStyle(foot).position === "fixed";
  const end = isFixed ? foot.getBoundingClientRect().top : window.innerHeight;
  if (found.getBoundingClientRect().bottom <= end) return;
  form.querySelector("#customer").scrollIntoView({ block: "start" });
}

let waiting = 0;
function findSoon() {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => {
    const find = form.querySelector("#find");
    const button = form.querySelector('button[value="find"]');
    if (find && button && find.value.trim().length > 1) step(button, ["found"]);
  }, WAIT);
}

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (form.dataset.plain || !button?.hasAttribute("formaction")) return;
  event.preventDefault();
  window.clearTimeout(waiting);
  const isFinding = button.value === "find" || button.value === "stay";
  if (isFinding && !form.querySelector("#found")) return;
  step(button, isFinding ? ["found"] : ["customer", "rooms"]);
});
form.addEventListener("change", (event) => {
  if (event.target.name === "quick") amount.value = event.target.value;
  refresh();
});
form.addEventListener("input", (event) => {
  if (event.target.id === "find") findSoon();
  else refresh();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.id !== "number") return;
  event.preventDefault();
  form.querySelector('button[value="add"]').click();
});
keypad.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (key) press(key.dataset.key);
});
// A page that comes back from the browser's store still holds what was typed.
window.addEventListener("pageshow", refresh);
showFound();

keypad.hidden = false;
form.dataset.live = "yes";
// The keypad is the keyboard here; a real one still types.
amount.inputMode = "none";
refresh();
