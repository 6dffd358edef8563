/**
 * Parts of a page that look for news by themselves.
 *
 * <div data-live="URL">…</div> is fetched anew every five seconds (data-live-every: so many) while the page is
 * seen, and put in only where it says something else. What somebody is busy with stays until they are done.
 *
 *   data-live-lost   on the part: what is said while no answer comes
 *   data-live-held   on the part: what is said while news waits for somebody to be done
 *   data-live-ending on the part: what is said while an answer tells that the sign-in is about to run out
 *   data-live-aside  on the part: it stands beside what the page is for, and neither says nor reloads anything
 *
 * The X-Latitude-Mark of an answer goes with the next look: 204 then says that nothing is new. A look also tells
 * whether somebody has touched the page since the last one: a page that only looks keeps nobody signed in.
 *
 * What the answer may carry:
 *   data-live-key    a row that keeps the focus, and its place on the screen
 *   data-live-small  a clock or the like: changes alone, and is no news
 *   data-live-say    words that are read out when they change
 *   data-live-title  what the page is called from now on
 *   data-live-over   nothing more will change: look no more
 *   <template data-live-into="ID">  what else changes, elsewhere on the page
 */

const EVERY_SECONDS = 5;
const LONGEST_SECONDS = 60;
const ANSWER_SECONDS = 10;
const REACHED = "a[href], button, summary, input:not([type='hidden']), select, textarea";
const WRITTEN = "input:not([type='hidden']), select, textarea";

// Whether somebody has touched the page since the server was last told. That it scrolls is no touch: rows that go let it.
let isHere = false;
for (const sign of ["pointerdown", "pointermove", "keydown", "wheel", "touchmove", "pageshow"]) {
  window.addEventListener(sign, () => (isHere = true), { capture: true, passive: true });
}
document.addEventListener("visibilitychange", () => (isHere = isHere || !document.hidden), { capture: true });

/** Return what a part says, without what is made anew for each answer: hidden values and clocks. */
function gist(part) {
  const copy = part.cloneNode(true);
  for (const field of copy.querySelectorAll("input[type='hidden']")) field.removeAttribute("value");
  for (const small of copy.querySelectorAll("[data-live-small]")) small.replaceChildren();
  for (const other of copy.querySelectorAll("template[data-live-into]")) other.remove();
  const holder = document.createElement("div");
  holder.append(copy);
  return holder.innerHTML.replace(/\s+/g, " ").trim();
}

function isWritten(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const chosen = [...field.options].some((option) => option.defaultSelected);
    return [...field.options].some((option, at) => option.selected !== (chosen ? option.defaultSelected : at === 0));
  }
  return field.value !== field.defaultValue;
}

/** Return how to find what has the focus in a part again; nothing where the focus is elsewhere. */
function focusIn(place) {
  const now = document.activeElement;
  if (!now || now === place || !place.contains(now)) return null;
  const row = now.closest("[data-live-key]");
  return { id: now.id, name: now.getAttribute("name"), words: now.textContent.trim(), tag: now.tagName, key: row?.dataset.liveKey };
}

/** Give the focus back to the same thing, never to another one that took its place. */
function giveFocus(place, was) {
  if (!was) return;
  const row = was.key ? [...place.querySelectorAll("[data-live-key]")].find((one) => one.dataset.liveKey === was.key) : place;
  const alike = [...(row?.querySelectorAll(REACHED) ?? [])].filter((one) => one.tagName === was.tag);
  const same =
    (was.id && document.getElementById(was.id)) ||
    alike.find((one) => (one.getAttribute("name") ?? null) === was.name && one.textContent.trim() === was.words);
  if (!same) place.tabIndex = -1;
  (same || place).focus({ preventScroll: true });
}

class LivePart {
  constructor(place) {
    this.place = place;
    this.every = (Number(place.dataset.liveEvery) || EVERY_SECONDS) * 1000;
    this.misses = 0;
    this.isOver = Boolean(place.querySelector("[data-live-over]"));
    this.isPressed = false;
    this.waiting = null;
    this.begin(this.wrapped(place.innerHTML));
    this.isAside = "liveAside" in place.dataset;
    this.region = document.createElement("div");
    this.region.className = "live-says vh";
    this.region.setAttribute("role", "status");
    if (!this.isAside) place.before(this.region);
    this.listen();
    this.later();
  }

  wrapped(text) {
    const part = document.createElement("div");
    part.innerHTML = text;
    return part;
  }

  /** Remember what is shown, and which folds came open: those nobody is busy with. */
  begin(part) {
    this.shown = gist(part);
    this.said = part.querySelector("[data-live-say]")?.dataset.liveSay;
    this.cameOpen = new WeakSet(this.place.querySelectorAll("details[open]"));
  }

  listen() {
    this.place.addEventListener("pointerdown", () => (this.isPressed = true));
    for (const end of ["pointerup", "pointercancel"]) {
      // The click comes after this, and goes to what was pressed.
      window.addEventListener(end, () => setTimeout(() => (this.isPressed = false), 300));
    }
    this.place.addEventListener("submit", () => this.rest());
    for (const left of ["focusout", "toggle", "reset"]) {
      this.place.addEventListener(left, () => setTimeout(() => this.putIn()), true);
    }
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.look()));
    window.addEventListener("online", () => this.look());
    window.addEventListener("pageshow", (event) => event.persisted && this.look());
  }

  rest() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  later() {
    clearTimeout(this.timer);
    if (this.isOver || document.hidden) return;
    const pause = Math.max(this.every, Math.min(this.every * 2 ** this.misses, LONGEST_SECONDS * 1000));
    this.timer = setTimeout(() => this.look(), pause);
  }

  async look() {
    if (this.isOver || document.hidden) return;
    this.rest();
    const asking = (this.asking = new AbortController());
    const patience = setTimeout(() => asking.abort("slow"), ANSWER_SECONDS * 1000);
    const wasHere = isHere;
    isHere = false;
    try {
      const answer = await fetch(this.place.dataset.live, {
        headers: {
          "X-Latitude-Live": "1",
          ...(wasHere && { "X-Latitude-Here": "1" }),
          ...(this.mark && { "X-Latitude-Mark": this.mark }),
        },
        credentials: "same-origin",
        cache: "no-store",
        redirect: "manual",
        signal: asking.signal,
      });
      // Signed out, or this part is elsewhere now: the whole page knows where to.
      if (answer.type === "opaqueredirect" || answer.status === 401) return this.leave();
      const text = answer.ok ? await answer.text() : "";
      if (!answer.ok || /^\s*<!doctype/i.test(text)) throw new TypeError(`no part of a page: ${answer.status}`);
      this.misses = 0;
      const isEnding = answer.headers.has("X-Latitude-Ending");
      if (answer.status === 204) {
        if (!this.waiting && !isEnding) this.show("");
      } else {
        this.mark = answer.headers.get("X-Latitude-Mark");
        this.waiting = this.wrapped(text);
      }
      this.putIn();
      if (isEnding) this.show(this.place.dataset.liveEnding);
    } catch {
      isHere = isHere || wasHere;
      // Another look has begun, or the page is being left.
      if (asking.signal.aborted && asking.signal.reason !== "slow") return;
      this.misses += 1;
      this.show(this.place.dataset.liveLost);
    } finally {
      clearTimeout(patience);
    }
    this.later();
  }

  leave() {
    // What somebody writes elsewhere on the page is worth more than a number beside it.
    if (!this.isAside) window.location.reload();
  }

  /** Whether somebody writes here, has opened something, or has a finger on it. */
  isBusy() {
    const now = document.activeElement;
    if (this.isPressed || (this.place.contains(now) && now.matches(WRITTEN))) return true;
    if ([...this.place.querySelectorAll("details[open]")].some((one) => !this.cameOpen.has(one))) return true;
    return [...this.place.querySelectorAll(WRITTEN)].some(isWritten);
  }

  /** Put in what was fetched last, as far as it can be now. */
  putIn() {
    const part = this.waiting;
    if (!part) return;
    this.around(part);
    if (gist(part) === this.shown) {
      this.smallOnes(part);
      this.waiting = null;
      this.show("");
    } else if (this.isBusy()) {
      this.show(this.place.dataset.liveHeld);
    } else {
      this.waiting = null;
      this.replace(part);
    }
  }

  /** Put in what the answer has for other places of the page. */
  around(part) {
    for (const other of part.querySelectorAll("template[data-live-into]")) {
      const target = document.getElementById(other.dataset.liveInto);
      if (target && target.innerHTML.trim() !== other.innerHTML.trim()) target.innerHTML = other.innerHTML.trim();
    }
    const title = part.querySelector("[data-live-title]")?.dataset.liveTitle;
    if (title && title !== document.title) document.title = title;
  }

  smallOnes(part) {
    const fresh = part.querySelectorAll("[data-live-small]");
    for (const [at, old] of this.place.querySelectorAll("[data-live-small]").entries()) {
      if (fresh[at] && old.innerHTML !== fresh[at].innerHTML) old.innerHTML = fresh[at].innerHTML;
    }
  }

  replace(part) {
    const was = focusIn(this.place);
    const rows = () => [...this.place.querySelectorAll("[data-live-key]")];
    const anchor = rows().find((row) => row.getBoundingClientRect().bottom > 0);
    const top = anchor?.getBoundingClientRect().top;
    const saidBefore = this.said;
    this.isOver = Boolean(part.querySelector("[data-live-over]"));
    const clean = part.cloneNode(true);
    for (const other of clean.querySelectorAll("template[data-live-into]")) other.remove();
    this.place.replaceChildren(...clean.childNodes);
    this.begin(part);
    const again = anchor && rows().find((row) => row.dataset.liveKey === anchor.dataset.liveKey);
    // What is read, or about to be tapped, stays where it is though rows above it have gone.
    if (again && window.scrollY > 0) window.scrollBy(0, again.getBoundingClientRect().top - top);
    giveFocus(this.place, was);
    this.show("", this.said !== saidBefore ? this.said : "");
  }

  /** Say something in view, or only to those who listen; both empty: nothing is the matter. */
  show(words = "", heard = "") {
    this.region.classList.toggle("vh", !words);
    this.region.classList.toggle("flash", Boolean(words));
    this.region.classList.toggle("flash-care", Boolean(words));
    const all = words || heard;
    // Words that were only read out stay, so that nothing is read twice.
    if (this.region.textContent !== all && (all || this.wasSeen)) this.region.textContent = all;
    this.wasSeen = Boolean(words);
  }
}

for (const place of document.querySelectorAll("[data-live]")) new LivePart(place);
