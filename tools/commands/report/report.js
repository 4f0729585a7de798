// SPDX-License-Identifier: GPL-2.0
// The page of "tcpfin report": shows the numbers of the chart over time under
// the pointer, or by arrow keys. They are those of the table below it; without
// this script the table is all the same.
"use strict";

(() => {
	const figure = document.getElementById("fig-time");
	const table = document.getElementById("time-data");

	if (!figure || !table)
		return;

	const plot = figure.querySelector("svg.plot");
	const names = [...table.tHead.rows[0].cells].map((c) => c.textContent);
	const rows = [...table.tBodies[0].rows];
	const cursor = document.createElement("div");
	const tip = document.createElement("div");
	let at = -1;

	cursor.id = "cursor";
	cursor.hidden = true;
	tip.id = "tip";
	tip.hidden = true;
	tip.setAttribute("role", "status");
	figure.append(cursor, tip);
	figure.tabIndex = 0;
	figure.setAttribute("aria-label", figure.getAttribute("aria-label") +
			    ". Arrow keys go through its numbers.");

	const words = (row) => [...row.cells]
		.map((cell, i) => [names[i], cell.textContent])
		.filter(([, text], i) => !i || text !== "0")
		.map(([name, text], i) => i ? `${name}: ${text}` :
					      `from ${text}`)
		.join("\n");

	const hide = () => {
		at = -1;
		cursor.hidden = true;
		tip.hidden = true;
	};

	const show = (index) => {
		if (index < 0 || index >= rows.length || index === at)
			return;
		at = index;
		const box = plot.getBoundingClientRect();
		const base = figure.getBoundingClientRect();
		const x = box.left - base.left +
			  (index + 0.5) * box.width / rows.length;

		cursor.style.left = `${x}px`;
		cursor.hidden = false;
		tip.textContent = words(rows[index]);
		tip.hidden = false;
		const left = x + 12 + tip.offsetWidth > base.width ?
			     x - 12 - tip.offsetWidth : x + 12;

		tip.style.left = `${Math.max(0, left)}px`;
	};

	figure.addEventListener("pointermove", (event) => {
		const box = plot.getBoundingClientRect();
		const share = (event.clientX - box.left) / box.width;

		if (share < 0 || share >= 1)
			hide();
		else
			show(Math.floor(share * rows.length));
	});
	figure.addEventListener("pointerleave", hide);
	figure.addEventListener("blur", hide);
	figure.addEventListener("keydown", (event) => {
		const last = rows.length - 1;
		const to = {
			ArrowRight: Math.min(at + 1, last),
			ArrowLeft: at < 0 ? last : Math.max(at - 1, 0),
			Home: 0,
			End: last,
		}[event.key];

		if (event.key === "Escape") {
			hide();
		} else if (to !== undefined) {
			event.preventDefault();
			show(to);
		}
	});
})();
