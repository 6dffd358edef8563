/**
 * Files: says that a file is too large before it is sent, and shows how far the work on one is.
 * Everything here only improves: without a script the page reloads itself every few seconds.
 */

const EVERY_MS = 1000;

/** Say at the field that a file is too large, and send nothing. */
function watchSize(form) {
  const input = form.querySelector("input[type=file]");
  const fix = form.querySelector("[data-size-fix]");
  const look = () => {
    const isTooLarge = (input.files[0]?.size ?? 0) > Number(form.dataset.most);
    fix.hidden = !isTooLarge;
    fix.textContent = isTooLarge ? form.dataset.tooLarge : "";
    return isTooLarge;
  };
  input.addEventListener("change", look);
  form.addEventListener("submit", (event) => {
    if (!look()) return;
    event.preventDefault();
    input.focus();
  });
}

/** Ask how far it is until it is done; then show the page anew. */
async function watchProgress(section) {
  const bar = section.querySelector("progress");
  const counted = section.querySelector("[data-counted]");
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  try {
    const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
    const { working, done, total } = await answer.json();
    if (!working) {
      window.location.reload();
      return;
    }
    if (total) {
      bar.max = total;
      bar.value = done;
      counted.textContent = `${numbers.format(done)} / ${numbers.format(total)}`;
    }
  } catch {
    // The connection comes back or it does not: ask again.
  }
  window.setTimeout(watchProgress, EVERY_MS, section);
}

for (const form of document.querySelectorAll("form[data-most]")) watchSize(form);
for (const section of document.querySelectorAll("[data-progress]")) {
  window.setTimeout(watchProgress, EVERY_MS, section);
}
