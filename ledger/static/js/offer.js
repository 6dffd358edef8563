/** The button of a counter-offer says the amount that is typed. Without a script it says "Offer this amount". */

function sayAmount(form) {
  const button = form.querySelector("[type='submit']");
  const typed = form.querySelector("[name='amount']").value.trim();
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency: form.dataset.currency });
  const decimals = /^[0-9]+(?:\.([0-9]+))?$/.exec(typed);
  const isAmount = decimals && (decimals[1] ?? "").length <= format.resolvedOptions().maximumFractionDigits;
  button.dataset.plain ??= button.textContent;
  const words = isAmount ? form.dataset.offer.replace("{amount}", format.format(Number(typed))) : button.dataset.plain;
  if (button.textContent !== words) button.textContent = words;
}

function sayAll() {
  for (const form of document.querySelectorAll("[data-offer]")) sayAmount(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-offer]");
  if (form) sayAmount(form);
});
// Parts of the page are fetched anew by themselves.
new MutationObserver(sayAll).observe(document.querySelector("main"), { childList: true, subtree: true });
sayAll();
