/**
 * What every page gets: focus on what is to fix, and sheets that behave as dialogs.
 * Everything here only improves: without a script the links and forms of the page do the same work.
 */

/** Move focus to the summary of fixes, and from its links into the fields. */
function focusFixes() {
  const summary = document.querySelector(".fix-summary");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".field-fix") ?? field).scrollIntoView({ block: "center" });
  });
}

/**
 * Show a sheet (a dialog) as a modal: the rest of the page is out of reach, Escape leaves.
 * When it closes, focus goes back to where it was. A sheet that came open from the server leaves by its
 * data-back address instead, because the page under it was left too.
 */
export function openSheet(sheet) {
  const before = document.activeElement;
  if (sheet.open) sheet.close();
  sheet.showModal();
  // Focus the question, not the first answer: a key held down a moment too long must not give money.
  const title = document.getElementById(sheet.getAttribute("aria-labelledby"));
  if (title) {
    title.tabIndex = -1;
    title.focus();
  }
  sheet.addEventListener("close", () => before instanceof HTMLElement && before.focus(), { once: true });
}

/** Close a sheet the way Escape does. */
export function closeSheet(sheet) {
  if (sheet.dataset.back) {
    window.location.assign(sheet.dataset.back);
    return;
  }
  sheet.close();
}

/** Make the sheets of this page modal, and let data-opens and data-closes work. */
function wireSheets() {
  for (const sheet of document.querySelectorAll("dialog[data-sheet]")) {
    sheet.addEventListener("cancel", (event) => {
      if (!sheet.dataset.back) return;
      event.preventDefault();
      closeSheet(sheet);
    });
    if (sheet.open) openSheet(sheet);
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const opened = opener && document.getElementById(opener.dataset.opens);
    if (opened instanceof HTMLDialogElement) {
      event.preventDefault();
      openSheet(opened);
      return;
    }
    const closer = event.target.closest("[data-closes]");
    const closed = closer && closer.closest("dialog");
    if (closed) {
      event.preventDefault();
      closeSheet(closed);
    }
  });
}

/** Show the buttons that print the page: without a script they could do nothing. */
function wirePrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

focusFixes();
wireSheets();
wirePrinting();
