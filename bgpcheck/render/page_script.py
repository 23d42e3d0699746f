"""The script of a lab's page: it takes what the server says in, changing only what changed. Pure data.

Rule: no text of a view becomes markup here; the markup comes from ``page``, where it was escaped, and the policy lets no other script run.
"""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(() => {
  const view = document.getElementById("view"), link = document.getElementById("link"), told = document.getElementById("told");
  const QUIET = 15000, RETRY = 5000, PAUSE = 2000;
  let source = null, heard = Date.now(), words = [], speaking = 0, state = "";

  const key = node => node.nodeType === 1 ? node.getAttribute("data-key") || node.id : "";
  const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && key(one) === key(other);

  function morph(old, now) {
    if (old.nodeType !== 1) { if (old.data !== now.data) old.data = now.data; return; }
    for (const {name} of [...old.attributes]) if (name !== "open" && !now.hasAttribute(name)) old.removeAttribute(name);
    for (const {name, value} of now.attributes) if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    children(old, now);
  }

  function children(old, now) {
    const wanted = new Set([...now.children].map(key)), keyed = new Map();
    for (const one of [...old.children]) if (key(one)) { if (wanted.has(key(one))) keyed.set(key(one), one); else one.remove(); }
    let at = old.firstChild;
    for (const next of [...now.childNodes]) {
      const found = key(next) ? keyed.get(key(next)) : at;
      if (!found || !alike(found, next)) { old.insertBefore(next, at); continue; }
      if (found === at) at = at.nextSibling; else old.insertBefore(found, at);
      morph(found, next);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  }

  function take(html) {
    const focused = document.activeElement, home = focused && focused.closest("section");
    children(view, new DOMParser().parseFromString(html, "text/html").body);
    if (focused && focused !== document.activeElement) {
      const to = focused.isConnected ? focused : home && home.isConnected ? home : null;
      if (to) to.focus({preventScroll: true});
    }
    const title = view.querySelector("[data-title]");
    if (title) document.title = title.getAttribute("data-title");
    tick();
  }

  function duration(seconds) {
    let left = Math.max(Math.floor(seconds), 0), said = [];
    for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]) {
      if (left >= size || (size === 1 && !said.length)) said.push(`${Math.floor(left / size)} ${unit}`);
      else if (said.length) break;
      left %= size;
    }
    return said.slice(0, 2).join(" ");
  }

  function tick() {
    if (state !== "live") return;
    for (const one of view.querySelectorAll("[data-since]")) {
      const text = duration(Date.now() / 1000 - Number(one.getAttribute("data-since")));
      if (one.textContent !== text) one.textContent = text;
    }
  }

  function say(text) {
    if (text) words.push(text);
    if (!words.length || speaking) return;
    told.textContent = words.slice(-3).join(" ");
    words = [];
    speaking = setTimeout(() => { speaking = 0; say(""); }, PAUSE);
  }

  function show(now, text) {
    if (state === now) return;
    state = now;
    link.className = `link ${now}`;
    link.textContent = text;
  }

  const clock = () => new Date().toISOString().slice(11, 19);
  const live = () => { heard = Date.now(); show("live", "Live: this page follows bgpcheck."); };
  const lost = () => show("lost", `Connection to bgpcheck lost at ${clock()} UTC. What you see is from before; trying again…`);

  function listen() {
    source = new EventSource("/live");
    source.addEventListener("view", event => { const one = JSON.parse(event.data); live(); take(one.html); say(one.told); });
    source.addEventListener("beat", live);
    source.addEventListener("end", () => {
      source.close();
      show("ended", `bgpcheck ended at ${clock()} UTC. What you see is its last picture.`);
    });
    source.onerror = () => {
      if (state === "ended") return;
      lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY);
    };
  }

  setInterval(() => { if (state === "live" && Date.now() - heard > QUIET) lost(); tick(); }, 1000);
  listen();
})();
"""
