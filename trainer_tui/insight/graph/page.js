
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const [search, found, list, chosen, graph] =
  ["search", "found", "stories", "chosen", "graph"].map((id) => document.getElementById(id));
const picture = graph.querySelector("svg");
const nodes = [...picture.querySelectorAll(".node")];
const edges = new Map([...picture.querySelectorAll(".edge")].map((edge) => [edge.dataset.edge, edge]));
const texts = data.nodes.map((lines) => lines.join("\n").toLowerCase());
const names = data.stories.map((story) => (story.name + "\n" + story.place).toLowerCase());
const MOST = 500;

/* Mark what is found and the stories, and list these. */
function show(title, foundNodes, stories) {
  for (const marked of picture.querySelectorAll(".found, .through")) marked.classList.remove("found", "through");
  picture.classList.toggle("is-searching", foundNodes.length + stories.length > 0);
  for (const node of foundNodes) nodes[node].classList.add("found");
  for (const story of stories) {
    data.stories[story].way.forEach((node, place, way) => {
      nodes[node].classList.add("through");
      const edge = place && edges.get(way[place - 1] + "-" + node);
      if (edge) edge.classList.add("through");
    });
  }
  chosen.textContent = title;
  list.replaceChildren(...stories.slice(0, MOST).map((story) => entry(story, foundNodes)));
  if (stories.length === 1) list.firstChild.append(turns(stories[0]));
  if (stories.length > MOST) list.append(`and ${stories.length - MOST} more`);
}

function entry(story, foundNodes) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const place = document.createElement("small");
  button.textContent = data.stories[story].name;
  button.addEventListener("click", () => {
    show(data.stories[story].name, foundNodes, [story]);
    see(data.stories[story].way[1]);
  });
  place.textContent = data.stories[story].place;
  item.append(button, place);
  return item;
}

/* The turns of one story, each a way to its node. */
function turns(story) {
  const told = document.createElement("ol");
  for (const node of data.stories[story].way) {
    const button = document.createElement("button");
    button.textContent = data.nodes[node].join(" ");
    button.addEventListener("click", () => see(node));
    told.appendChild(document.createElement("li")).append(button);
  }
  return told;
}

function through(wanted) {
  const set = new Set(wanted);
  return data.stories.flatMap((story, number) => (story.way.some((node) => set.has(node)) ? [number] : []));
}

function see(node) {
  if (node !== undefined) nodes[node].scrollIntoView({ block: "center", inline: "center" });
}

/* A node is found by its words; a story, whose whole way is shown then, by its name, file or line. */
function find() {
  const wanted = search.value.trim().toLowerCase();
  if (!wanted) {
    found.textContent = "";
    show("Stories", [], []);
    list.replaceChildren(...data.stories.slice(0, MOST).map((_, story) => entry(story, [])));
    return;
  }
  const foundNodes = texts.flatMap((text, node) => (text.includes(wanted) ? [node] : []));
  const named = names.flatMap((name, story) => (name.includes(wanted) ? [story] : []));
  const stories = [...new Set([...through(foundNodes), ...named])].sort((one, other) => one - other);
  found.textContent = `nodes: ${foundNodes.length}, stories: ${stories.length}`;
  show(`Stories with “${search.value}”`, foundNodes, stories);
  see(foundNodes.length ? foundNodes[0] : (data.stories[named[0]] || { way: [] }).way[1]);
}

function choose(node) {
  show(data.nodes[node].join("\n"), [node], through([node]));
}

nodes.forEach((node, number) => {
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "button");
  node.addEventListener("click", () => choose(number));
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(number); });
});
search.addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { search.value = ""; find(); }
});

const width = Number(picture.getAttribute("width"));
const height = Number(picture.getAttribute("height"));
let scale = 1;
function zoom(by) {
  scale = Math.min(4, Math.max(0.05, scale * by));
  picture.setAttribute("width", width * scale);
  picture.setAttribute("height", height * scale);
}
document.getElementById("more").addEventListener("click", () => zoom(1.25));
document.getElementById("less").addEventListener("click", () => zoom(0.8));

function fromAddress() {
  search.value = new URLSearchParams("typed=" + location.hash.slice(1)).get("typed");
  find();
  if (!search.value) see(0);
}
addEventListener("hashchange", fromAddress);
fromAddress();
