// Dropping a file anywhere on the page, and pasting without looking for the field first.

const form = document.querySelector("form[data-import]");
const zone = document.querySelector("[data-dropzone]");
const file = form.elements.namedItem("file");
const text = form.elements.namedItem("text");

// The form of a page that is about something else is only there for what is dropped.
form.hidden = false;

function hasFiles(transfer) {
  return [...(transfer?.types ?? [])].includes("Files");
}

function read(files) {
  const chosen = new DataTransfer();
  chosen.items.add(files[0]);
  file.files = chosen.files;
  send();
}

function send() {
  zone.querySelector("[data-reading]").hidden = false;
  form.requestSubmit();
}

file.addEventListener("change", () => {
  if (file.files.length) send();
});

// A file dropped beside the card would be opened in place of the page, and what was typed be lost.
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!hasFiles(event.dataTransfer)) return;
  event.preventDefault();
  zone.classList.remove("is-over");
  if (event.dataTransfer.files.length) read(event.dataTransfer.files);
});

if (text) document.addEventListener("paste", (event) => {
  if (event.target === text) return;
  if (event.clipboardData.files.length) {
    event.preventDefault();
    read(event.clipboardData.files);
    return;
  }
  if (event.target.matches("input:not([type=file]), textarea")) return;
  event.preventDefault();
  text.focus();
  text.setRangeText(event.clipboardData.getData("text"), text.value.length, text.value.length, "end");
});
