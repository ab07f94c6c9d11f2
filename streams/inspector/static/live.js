// Replaces the live part of a page with what the server renders, every few seconds, while the page is seen.
"use strict";
const part = document.getElementById("live");
let source = null;
function connect() {
  if (document.hidden || source) return;
  source = new EventSource(part.dataset.live);
  source.onmessage = (event) => {
    // Not under the reader's hands: a link that is focused or text that is being selected would vanish.
    const selected = document.getSelection();
    if (part.contains(document.activeElement) || (selected && !selected.isCollapsed)) return;
    const scrolled = [...part.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    part.innerHTML = event.data;
    part.querySelectorAll(".scroll").forEach((box, number) => { box.scrollLeft = scrolled[number] || 0; });
  };
}
function pause() {
  if (source) source.close();
  source = null;
}
document.addEventListener("visibilitychange", () => (document.hidden ? pause() : connect()));
connect();
