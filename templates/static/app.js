// What the pages gain where scripts run. Everything works without it.
(function () {
  "use strict";
  var changed = false;

  // Keys: "/" goes to the search, "n" registers, "?" leads to the list of keys,
  // "g h/c/a/r/i" to places.
  function typing(el) {
    if (!el) return false;
    if (el.tagName === "INPUT") return !/^(radio|checkbox|submit|button|file)$/.test(el.type);
    return /^(TEXTAREA|SELECT)$/.test(el.tagName) || el.isContentEditable;
  }
  var pending = "";
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(e.target)) return;
    if (e.key === "/") {
      var box = document.getElementById("search");
      if (box) { box.focus(); box.select(); e.preventDefault(); }
      return;
    }
    if (e.key === "?") { follow("help"); return; }
    if (e.key === "n") { follow("new"); return; }
    if (pending === "g") {
      follow({ h: "home", c: "cases", a: "approvals", r: "report", i: "import" }[e.key]);
      pending = "";
      return;
    }
    pending = e.key === "g" ? "g" : "";
  });
  function follow(name) {
    var link = name && document.querySelector("[data-place=" + name + "]");
    if (link) link.click();
  }

  // The error summary takes the focus, so that it is read out first.
  var summary = document.querySelector(".summary");
  if (summary) summary.focus();

  // A form is sent once: the second press is ignored, and a page shown again
  // from the browser's memory can be sent anew.
  document.addEventListener("submit", function (e) {
    var form = e.target;
    if (form.method !== "post") return;
    if (form.classList.contains("sent")) { e.preventDefault(); return; }
    form.classList.add("sent");
    changed = false;
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form.sent").forEach(function (f) { f.classList.remove("sent"); });
  });

  // Leaving a changed form asks.
  document.addEventListener("input", function (e) {
    var form = e.target.form;
    if (form && form.method === "post" && !form.hasAttribute("data-quiet")) changed = true;
  });
  window.addEventListener("beforeunload", function (e) {
    if (changed) { e.preventDefault(); e.returnValue = ""; }
  });

  // What stands in a form is put aside while somebody types: a closed browser or
  // a power cut loses a few seconds, not a letter.
  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    var timer = 0, dirty = false;
    function put(last) {
      if (!dirty || form.classList.contains("sent")) return;
      dirty = false;
      var data = new URLSearchParams();
      new FormData(form).forEach(function (v, k) { if (typeof v === "string") data.append(k, v); });
      data.append("auto", "1");
      if (last && navigator.sendBeacon) { navigator.sendBeacon("/drafts", data); return; }
      fetch("/drafts", { method: "POST", body: data, credentials: "same-origin", redirect: "manual" }).then(function (r) {
        var note = form.querySelector("[data-saved]");
        if (note) note.textContent = r.status === 204 ? "草稿已自动保存" : "草稿没有保存";
        if (r.status === 204 && !dirty) changed = false;
      }, function () { dirty = true; });
    }
    form.addEventListener("input", function () {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(function () { put(false); }, 3000);
    });
    form.addEventListener("submit", function () { clearTimeout(timer); });
    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") put(true); });
  });

  // Selects of the frame act at once; their button is for those without scripts.
  document.querySelectorAll("select[data-now]").forEach(function (s) {
    s.addEventListener("change", function () { s.form.submit(); });
    var button = s.form.querySelector("button");
    if (button) button.classList.add("hidden");
  });

  document.querySelectorAll("[data-print]").forEach(function (b) {
    b.hidden = false;
    b.addEventListener("click", function () { window.print(); });
  });

  // What has to be typed elsewhere is copied by a press.
  document.querySelectorAll("[data-copy]").forEach(function (b) {
    if (!navigator.clipboard) return;
    b.hidden = false;
    b.addEventListener("click", function () {
      navigator.clipboard.writeText(b.getAttribute("data-copy")).then(function () {
        b.textContent = "已复制";
      });
    });
  });

  // Files can be dropped on a field instead of chosen; a single field sends
  // itself, which is what somebody who drops a file expects.
  document.querySelectorAll(".drop").forEach(function (zone) {
    var input = zone.querySelector("input[type=file]");
    if (!input) return;
    function over(on) { return function (e) { e.preventDefault(); zone.classList.toggle("over", on); }; }
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", function (e) {
      over(false)(e);
      if (!e.dataTransfer.files.length) return;
      input.files = e.dataTransfer.files;
      if (zone.hasAttribute("data-send") && input.form.requestSubmit) input.form.requestSubmit();
    });
  });
  window.addEventListener("dragover", function (e) { e.preventDefault(); });
  window.addEventListener("drop", function (e) { e.preventDefault(); });

  // Back from a case: the list stands where it stood, and what was opened is
  // marked by the browser's own colour of visited links.
  var place = "scroll:" + location.pathname + location.search;
  try {
    if (document.querySelector("[data-keep]")) {
      var y = sessionStorage.getItem(place);
      if (y) window.scrollTo(0, Number(y));
      window.addEventListener("pagehide", function () { sessionStorage.setItem(place, String(window.scrollY)); });
    }
  } catch (err) { /* storage is switched off: the list starts at its top */ }

  // An urgent reminder pops up once on this machine; the bell keeps it.
  var toast = document.querySelector("[data-toast]");
  if (toast) try {
    var seen = Number(localStorage.getItem("reminder") || 0), newest = Number(toast.getAttribute("data-toast"));
    if (newest > seen && location.pathname !== "/reminders") toast.hidden = false;
    localStorage.setItem("reminder", String(Math.max(seen, newest)));
    toast.querySelector("button").addEventListener("click", function () { toast.hidden = true; });
  } catch (err) { /* storage is switched off: the bell is enough */ }
})();
