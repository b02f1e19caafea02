// <syncloop-stage lesson="probes" lang="ru" panels="diagram,timeline" at="35s" play="1" theme="dark">
(function () {
  var base = new URL(".", document.currentScript.src);
  var names = ["lesson", "lang", "panels", "at", "play", "theme"];
  var Stage = class extends HTMLElement {
    connectedCallback() {
      var address = new URL("embed.html", base);
      for (var name of names) if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name) || "1");
      address.searchParams.set("origin", location.origin);
      var frame = document.createElement("iframe");
      frame.src = address.href;
      frame.title = this.getAttribute("title") || "Syncloop";
      frame.style.cssText = "width:100%;height:100%;border:0;display:block";
      this.style.display = "block";
      if (!this.style.height && this.clientHeight === 0) this.style.height = "450px";
      this.replaceChildren(frame);
      this.hear = (event) => {
        if (event.source !== frame.contentWindow || event.origin !== base.origin) return;
        if (!event.data || event.data.source !== "syncloop") return;
        this.dispatchEvent(new CustomEvent(event.data.type, { detail: event.data }));
      };
      addEventListener("message", this.hear);
    }
    disconnectedCallback() {
      removeEventListener("message", this.hear);
    }
  };
  customElements.define("syncloop-stage", Stage);
})();
