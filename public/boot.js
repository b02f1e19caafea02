// Before the first paint: the theme and the language that were chosen, so that nothing flashes.
(function () {
  var root = document.documentElement;
  var kept = function (key) {
    try {
      return JSON.parse(localStorage.getItem("syncloop." + key));
    } catch (e) {
      return null;
    }
  };
  var query = new URLSearchParams(location.search);
  var theme = query.get("theme") || kept("theme");
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  var lang = query.get("lang") || kept("language");
  if (lang) root.lang = lang === "zh" ? "zh-CN" : lang;
  // A frame in a sandbox without an origin of its own.
  if (self.origin === "null") root.dataset.boxed = "";
})();
