/** The inbox keeps what stands outside its live part as it is inside: heading, counts, and the page's title. */

const live = document.querySelector("[data-live]");

function say(selector, words) {
  for (const place of document.querySelectorAll(selector)) place.textContent = words;
}

/** Show how many wait in the menu; without any there is no count. */
function count(number) {
  const entry = document.querySelector(".rail a[aria-current]");
  const shown = entry?.querySelector(".count");
  if (!entry) return;
  if (number === "0") {
    shown?.remove();
  } else if (shown) {
    shown.firstChild.textContent = number;
  } else {
    const fresh = document.createElement("span");
    fresh.className = "count";
    fresh.textContent = number;
    entry.append(fresh);
  }
}

function follow() {
  const told = live.querySelector("[data-inbox]")?.dataset;
  if (!told) return;
  say("[data-inbox-heading]", told.heading);
  say("[data-inbox-updated]", told.updated);
  say("[data-inbox-asks]", told.asks);
  say("[data-inbox-exceptions]", told.exceptions);
  count(told.count);
  document.title = `${told.heading} · Latitude`;
}

if (live) new MutationObserver(follow).observe(live, { childList: true, subtree: true, attributes: true });
