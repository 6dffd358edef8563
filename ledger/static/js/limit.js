/** The main button of the limit form says the amount. Without a script it says "Set limit". */

const form = document.querySelector("[data-limit-form]");
const amount = form?.querySelector("[name='amount']");
const button = form?.querySelector("[type='submit']:not([name])");

function sayAmount() {
  const typed = amount.value.trim();
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency: form.dataset.currency });
  const decimals = /^[0-9]+(?:\.([0-9]+))?$/.exec(typed);
  if (!decimals || (decimals[1] ?? "").length > format.resolvedOptions().maximumFractionDigits) {
    button.textContent = button.dataset.plain;
    return;
  }
  button.textContent = form.dataset.words.replace("{amount}", format.format(Number(typed)));
}

if (amount && button) {
  button.dataset.plain = button.textContent;
  amount.addEventListener("input", sayAmount);
  sayAmount();
}
