// The filter of the front. Without it everything is shown.
(function () {
  "use strict";
  var form = document.querySelector("form.filter");
  if (!form) return;
  var causes = Array.prototype.slice.call(document.querySelectorAll("[data-area]"));
  var count = document.getElementById("shown");
  function folded(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }
  var texts = causes.map(function (each) { return folded(each.textContent); });
  function filter() {
    var area = form.elements.area.value, register = form.elements.register.value;
    var words = folded(form.elements.words.value).split(/\s+/).filter(Boolean), shown = 0;
    causes.forEach(function (each, place) {
      var fits = (!area || each.dataset.area === area) && (!register || each.dataset.register === register) &&
        words.every(function (word) { return texts[place].indexOf(word) >= 0; });
      each.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = count.dataset.text.replace("0", String(shown));
  }
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
})();
