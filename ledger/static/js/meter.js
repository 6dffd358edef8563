/**
 * The headroom meter, redrawn while an amount is typed. The server draws the first one
 * (ledger/web/chart_small.py); this moves the same parts by the same sums.
 */

/** Draw `nowMinor` into a meter made by the server; returns true while it is within what is left. */
export function drawMeter(meter, nowMinor) {
  const used = Number(meter.dataset.usedMinor);
  const total = Number(meter.dataset.totalMinor);
  const most = Number(meter.dataset.mostMinor);
  const part = meter.querySelector(".m-this, .m-over");
  const room = Math.max(0, total - used);
  const isOver = nowMinor > Math.min(room, most);
  const start = total > 0 ? Math.min(100, (used / total) * 100) : 100;
  const width = total > 0 ? (Math.min(nowMinor, room) / total) * 100 : 0;
  part.setAttribute("x", `${start}%`);
  part.setAttribute("width", `${width}%`);
  part.setAttribute("class", isOver ? "m-over" : "m-this");
  return !isOver;
}
