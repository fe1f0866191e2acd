// What makes the pages better where scripts run. Every page works without it.
import "@digdir/designsystemet-web/ds-breadcrumbs";
import "htmx.org";

// Errors are read first: the summary above a form takes the focus when the page arrives – unless somebody
// came for one field.
if (!location.hash) document.querySelector("[data-focus]")?.focus();

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

// A box that finds values in a long list (data-filter) shows those that hold what is typed, and what is
// chosen. Without scripts the server does so when the form is sent.
for (const box of document.querySelectorAll("[data-filter]")) {
  const list = box.closest("fieldset");
  const count = list.querySelector("[data-count]");
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase();
    let shown = 0;
    for (const value of list.querySelectorAll(".v-options .ds-field")) {
      value.hidden = !value.textContent.toLowerCase().includes(wanted) && !value.querySelector("input").checked;
      if (!value.hidden) shown += 1;
    }
    count.textContent = count.textContent.replace(/^\d+/, String(shown));
  });
}

// A button that copies an address of this site (data-copy) is there where the browser lets us.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
    button.textContent = button.dataset.copied;
  });
}

// A page that asks for it (data-refresh="seconds") loads anew while somebody waits for a job.
const refresh = document.querySelector("[data-refresh]");
if (refresh) setTimeout(() => location.reload(), Number(refresh.dataset.refresh) * 1000);

// A part of a page that asks for it (data-live="address") shows what the server sends while the page is
// looked at. Ten minutes without a touch, and it rests: an open page must not keep a login alive.
for (const part of document.querySelectorAll("[data-live]")) live(part, 10 * 60_000);

function live(part, patience) {
  let stream;
  let shown;
  let touched = Date.now();
  const rest = () => {
    stream?.close();
    stream = undefined;
  };
  const follow = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(part.dataset.live);
    stream.onmessage = ({ data }) => {
      // What somebody is in the middle of stays.
      if (data === shown || part.contains(document.activeElement)) return;
      shown = data;
      part.innerHTML = data;
    };
    // The server ends a stream after a minute, and the browser asks anew.
    stream.onerror = () => {
      if (Date.now() - touched > patience) rest();
    };
  };
  const touch = () => {
    touched = Date.now();
    follow();
  };
  for (const move of ["pointerdown", "pointermove", "keydown", "scroll"]) addEventListener(move, touch, { passive: true });
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : touch()));
  addEventListener("pagehide", rest);
  follow();
}
