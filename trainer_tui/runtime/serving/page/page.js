// What the terminal's script leaves out. It marks the body: -first-byte once it shows something, -closed at the end.
"use strict";

const lines = [];

class Line extends WebSocket {
  constructor(address) {
    super(address);
    lines.push(this);
    this.addEventListener("message", heard);
  }
}
window.WebSocket = Line;

function heard(message) {
  if (typeof message.data !== "string") return;
  const [what, text] = JSON.parse(message.data);
  // How far reading is, until the terminal shows something; at the end, how to come back.
  if (what === "opening") document.getElementById("opening").textContent = text;
  if (what === "parting") document.getElementById("said").textContent = text;
}

// The session has the keyboard from the first moment on, without a click. The terminal's script tells it only when
// the focus moves, and the program begins without it.
function takeFocus() {
  const isOver = document.body.classList.contains("-closed");
  const field = isOver ? document.getElementById("again") : document.querySelector(".xterm-helper-textarea");
  if (!field) return;
  field.focus();
  for (const line of lines)
    if (!isOver && document.hasFocus() && line.readyState === WebSocket.OPEN) line.send('["focus"]');
}

document.addEventListener("DOMContentLoaded", () => {
  const { pathname, host } = window.location;
  document.getElementById("terminal").dataset.sessionWebsocketUrl = `ws://${host}${pathname}line`;
  document.getElementById("again").addEventListener("click", () => window.location.reload());
  new MutationObserver(takeFocus).observe(document.body, { attributes: true, attributeFilter: ["class"] });
});
window.addEventListener("focus", takeFocus);

// A page that is left may be kept alive, in case one comes back: its session ends all the same, and is opened again.
window.addEventListener("pagehide", () => lines.forEach((line) => line.close()));
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
