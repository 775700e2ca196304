// The page works without this file; with it, new messages appear by themselves,
// frames fit their emails, and codes can be copied.
"use strict";

const list = document.getElementById("list");
const live = document.getElementById("live");
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// fit makes a frame as high as the email in it.
function fit(frame) {
  const resize = () => {
    const root = frame.contentDocument && frame.contentDocument.documentElement;
    if (!frame.isConnected) window.removeEventListener("resize", resize);
    if (!root || !root.scrollHeight) return;
    frame.style.height = "0"; // scrollHeight is never less than the frame
    const height = Math.min(root.scrollHeight + 2, 800);
    frame.style.height = height + "px";
    // An email wider than the frame has a scrollbar at its foot, which takes room.
    const bar = frame.contentWindow.innerHeight - root.clientHeight;
    if (bar > 0) frame.style.height = height + bar + "px";
  };
  frame.addEventListener("load", resize);
  window.addEventListener("resize", resize);
  resize();
}

// markEntered shows which email has the keyboard: to a style sheet, a frame is
// never focused.
function markEntered() {
  document.querySelectorAll("iframe.mail").forEach((frame) => frame.classList.toggle("entered", frame === document.activeElement));
}

async function copy(button) {
  const words = button.firstChild;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.data = "Copied";
    live.textContent = "Copied " + button.dataset.copy;
  } catch {
    words.data = "Select it by a click";
  }
  await sleep(2000);
  words.data = "Copy";
}

// enliven gives the parts of a message what needs a script.
function enliven(root) {
  root.querySelectorAll("iframe.mail").forEach(fit);
  root.querySelectorAll("button.copy").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  });
  root.querySelectorAll("time").forEach((time) => {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  });
}

// refresh brings the list in line with the server. What is there already stays
// untouched, so that focus, selection and opened details survive.
async function refresh() {
  const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
  if (!answer.ok) throw new Error("status " + answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.getElementById("list");
  const wanted = new Set([...next.children].map((child) => child.id));
  [...list.children].forEach((child) => { if (!wanted.has(child.id)) child.remove(); });
  let arrived = 0;
  let place = list.firstElementChild;
  for (const child of [...next.children]) {
    if (place && place.id === child.id) {
      place = place.nextElementSibling;
      continue;
    }
    const added = document.importNode(child, true);
    if (added.classList.contains("message")) {
      added.classList.add("fresh");
      arrived++;
    }
    list.insertBefore(added, place);
    enliven(added);
  }
  list.dataset.newest = next.dataset.newest;
  document.getElementById("count").textContent = fresh.getElementById("count").textContent;
  document.title = fresh.title;
  const pools = document.querySelector("select[name=pool]");
  if (document.activeElement !== pools) {
    const chosen = pools.value;
    pools.replaceChildren(...[...fresh.querySelectorAll("select[name=pool] option")].map((o) => document.importNode(o, true)));
    pools.value = chosen;
  }
  document.getElementById("clear").hidden = !next.querySelector(".message");
  if (arrived) live.textContent = arrived === 1 ? "1 new message" : arrived + " new messages";
}

// watch waits for messages newer than those shown; the server answers as soon
// as there are some.
async function watch() {
  for (;;) {
    try {
      const answer = await fetch("/dev/inbox/messages?wait=20s&after=" + list.dataset.newest, { cache: "no-store" });
      if (!answer.ok) throw new Error("status " + answer.status);
      await answer.json();
      await refresh();
    } catch {
      live.textContent = "The server does not answer; trying again …";
      await sleep(2000);
      try {
        await refresh();
        live.textContent = "";
      } catch { /* still away: said already */ }
    }
  }
}

const clear = document.getElementById("clear");
clear.hidden = !list.querySelector(".message");
clear.addEventListener("click", async () => {
  if (!confirm("Delete all messages of all pools?")) return;
  const answer = await fetch("/dev/inbox/messages", { method: "DELETE" });
  live.textContent = answer.ok ? "The inbox is empty." : "The inbox could not be emptied.";
  await refresh();
});

window.addEventListener("blur", markEntered);
window.addEventListener("focus", markEntered);
enliven(document);
watch();
