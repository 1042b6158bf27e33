// Lists of boxes that fold away (<div data-facets="all">): each says what is ticked in it, or the word for nothing, and
// a long one is looked through by typing.

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

// What is ticked stays in sight.
function narrow(field) {
  const wanted = fold(field.value);
  for (const choice of field.parentElement.querySelectorAll(".check")) {
    choice.hidden = !choice.control.checked && !fold(choice.textContent).includes(wanted);
  }
}

function summarize(facet, nothing) {
  const ticked = [...facet.querySelectorAll(".check")].filter((choice) => choice.control.checked);
  facet.querySelector(".facet-picked").textContent = ticked.map((choice) => choice.textContent.trim()).join(", ") || nothing;
}

for (const facets of document.querySelectorAll("[data-facets]")) {
  for (const field of facets.querySelectorAll("[data-narrow]")) field.hidden = false;
  facets.addEventListener("input", (event) => {
    if (event.target.matches("[data-narrow]")) narrow(event.target);
    else summarize(event.target.closest(".facet"), facets.dataset.facets);
  });
}
