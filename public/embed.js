// <syncloop-stage lesson="probes" lang="ru" panels="diagram,timeline" at="35s" play theme="dark"></syncloop-stage>
//
// What happens in it comes as events of the element: ready, step, quiz, progress, resize. Their `detail` is the message.
// Without a height of its own the element takes the one that its panels need.
(function () {
  var own = document.currentScript || document.querySelector('script[src$="embed.js"]');
  if (!own || customElements.get("syncloop-stage")) return;
  var base = new URL(".", own.src);
  var names = ["lesson", "lang", "panels", "at", "play", "theme"];
  var types = ["ready", "step", "quiz", "progress", "resize"];

  class Stage extends HTMLElement {
    static observedAttributes = names.concat("title");

    connectedCallback() {
      // What stands in the element is for browsers without scripts.
      this.replaceChildren();
      this.style.display = "block";
      if (this.frame === undefined) this.sized = this.clientHeight > 0 || this.style.height !== "";
      if (!this.sized) this.style.height = "450px";
      this.show();
      this.hear = (event) => this.take(event);
      addEventListener("message", this.hear);
    }

    disconnectedCallback() {
      removeEventListener("message", this.hear);
    }

    attributeChangedCallback() {
      if (this.frame && this.isConnected) this.show();
    }

    show() {
      var address = new URL("embed.html", base);
      for (var name of names)
        if (this.hasAttribute(name))
          address.searchParams.set(name, this.getAttribute(name) || (name === "play" ? "1" : ""));
      // A page without an origin (a file, a sandbox) has none to name.
      if (self.origin !== "null") address.searchParams.set("origin", self.origin);
      if (!this.frame || this.frame.src !== address.href || !this.contains(this.frame)) {
        // A frame of its own for each address: the host's way back stays as it was, and the last one wins.
        this.frame = document.createElement("iframe");
        this.frame.style.cssText = "width:100%;height:100%;border:0;display:block";
        this.frame.loading = "lazy";
        this.frame.src = address.href;
        this.replaceChildren(this.frame);
      }
      this.frame.title = this.getAttribute("title") || "Syncloop";
    }

    take(event) {
      if (event.source !== this.frame.contentWindow || event.origin !== base.origin) return;
      var message = event.data;
      if (!message || message.source !== "syncloop" || !types.includes(message.type)) return;
      if (message.type === "resize" && !this.sized) this.style.height = message.height + "px";
      this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
    }
  }

  customElements.define("syncloop-stage", Stage);
})();
