// What the papers of a case gain where scripts run: files are pasted, and an
// upload shows how far it is. The form works without it.
(function () {
  "use strict";
  var form = document.querySelector("form[data-upload]");
  if (!form || !window.FormData) return;
  var input = form.querySelector("input[type=file]");
  var state = form.querySelector(".upload-state");
  var bar = state.querySelector("progress"), words = state.querySelector("span");

  // Pasted pictures and files join what was chosen.
  document.addEventListener("paste", function (e) {
    var files = e.clipboardData && e.clipboardData.files;
    if (!files || !files.length || !window.DataTransfer) return;
    var all = new DataTransfer();
    Array.prototype.forEach.call(input.files, function (f) { all.items.add(f); });
    Array.prototype.forEach.call(files, function (f, i) {
      var named = f.name && f.name !== "image.png" ? f : new File([f], "粘贴" + (all.items.length + i + 1) + ".png", { type: f.type });
      all.items.add(named);
    });
    input.files = all.files;
    say("已粘贴" + files.length + "份，选好种类后添加。", 0);
    form.scrollIntoView();
    e.preventDefault();
  });

  function say(text, percent) {
    state.hidden = false;
    words.textContent = text;
    bar.value = percent;
  }

  form.addEventListener("submit", function (e) {
    if (!input.files.length) return;
    e.preventDefault();
    var count = input.files.length, request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", function (p) {
      if (p.lengthComputable) say("正在上传" + count + "份，" + Math.round(100 * p.loaded / p.total) + "%", 100 * p.loaded / p.total);
    });
    request.addEventListener("load", function () {
      if (request.status === 200) {
        say("已添加。", 100);
        var to = request.responseURL.split("#")[0];
        if (to !== location.href.split("#")[0]) { location.assign(to + "#files"); return; }
        location.hash = "files";
        location.reload();
        return;
      }
      var page = new DOMParser().parseFromString(request.responseText, "text/html");
      var message = page.querySelector("#files .message, .summary li, h1");
      say("没有添加：" + (message ? message.textContent.trim() : "请重试"), 0);
      form.classList.remove("sent");
    });
    request.addEventListener("error", function () {
      say("网络中断，没有添加；请检查连接后再试。", 0);
      form.classList.remove("sent");
    });
    say("正在上传" + count + "份……", 0);
    request.send(new FormData(form));
  });
})();
