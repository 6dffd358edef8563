/** The main button of the limit form says the amount. Without a script it says "Set limit". */

const form = document.querySelector("[data-limit-form]");
const amount = form?.querySelector("[name='amount']");
const button = form?.querySelector("[type='submit']");

function sayAmount() {
  const typed = amount.value.trim();
  if (!/^[0-9]+(\.[0-9]+)?$/.test(typed)) {
    button.textContent = button.dataset.plain;
    return;
  }
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency: form.dataset.currency });
  button.textContent = form.dataset.words.replace("{amount}", format.format(Number(typed)));
}

if (amount && button) {
  button.dataset.plain = button.textContent;
  amount.addEventListener("input", sayAmount);
  sayAmount();
}
