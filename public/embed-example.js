// What a host page may do with the element: change its attributes, listen to its events.
(function () {
  var stage = document.getElementById("stage");
  var source = document.getElementById("source");
  var messages = document.getElementById("messages");
  var form = document.querySelector("form");

  function print() {
    var attributes = ["lesson", "lang", "panels", "theme"].map((name) => name + '="' + stage.getAttribute(name) + '"');
    source.textContent = "<syncloop-stage " + attributes.join(" ") + "></syncloop-stage>";
  }

  form.addEventListener("change", (event) => {
    stage.setAttribute(event.target.name, event.target.value);
    print();
  });
  form.addEventListener("submit", (event) => event.preventDefault());

  for (const type of ["ready", "step", "quiz", "progress", "resize"])
    stage.addEventListener(type, (event) => {
      var line = document.createElement("li");
      line.textContent = JSON.stringify(event.detail);
      messages.append(line);
    });

  print();
})();
