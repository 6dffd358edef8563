/** The receipt counts its two minutes down, in words and on the bar; then it says who can help. */

const undo = document.querySelector("[data-seconds]");

function countDown() {
  const all = 120;
  const ends = performance.now() + Number(undo.dataset.seconds) * 1000;
  const clock = undo.querySelector("[data-clock]");
  const bar = undo.querySelector(".m-this");
  const timer = window.setInterval(() => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    bar?.setAttribute("width", `${(left / all) * 100}%`);
    if (left) return;
    window.clearInterval(timer);
    undo.hidden = true;
    document.querySelector("[data-over]").hidden = false;
  }, 1000);
}

if (undo) countDown();
