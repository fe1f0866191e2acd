// What makes the pages better where scripts run. Every page works without it.
import "@digdir/designsystemet-web/ds-breadcrumbs";
import "htmx.org";

// Errors are read first: the summary above a form takes the focus when the page arrives.
document.querySelector("[data-focus]")?.focus();

// A form is sent once, however often its button is pressed; coming back by history makes it new.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // data-repeat: the answer is a file, so the page stays and may ask again.
  if (form.method === "post" && !("repeat" in form.dataset)) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A page that asks for it (data-refresh="seconds") loads anew while somebody waits for a job.
const refresh = document.querySelector("[data-refresh]");
if (refresh) setTimeout(() => location.reload(), Number(refresh.dataset.refresh) * 1000);
