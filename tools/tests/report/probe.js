// SPDX-License-Identifier: GPL-2.0
// Inspects a report's page from within, for scripts/report-test: a copy of the page
// runs this script in a frame, and the outer page prints the results.
"use strict";

(() => {
	const results = [];
	const check = (name, faults) => {
		const list = [].concat(faults).filter((fault) => fault);

		results.push(list.length ?
			     `not ok ${name}: ${list.slice(0, 3).join("; ")}` :
			     `ok ${name}`);
	};
	const all = (selector) => [...document.querySelectorAll(selector)];
	const tag = (e) => `<${e.tagName.toLowerCase()} ${e.className.baseVal ??
			   e.className}>`;
	const root = document.documentElement;

	check("fits its width", root.scrollWidth > root.clientWidth &&
	      `${root.scrollWidth} > ${root.clientWidth}`);

	const ids = all("[id]").map((e) => e.id);

	check("ids are unique", ids.filter((id, i) => ids.indexOf(id) !== i));
	check("references have targets",
	      all("[aria-labelledby]")
		.map((e) => e.getAttribute("aria-labelledby"))
		.concat(all("a[href]").map((e) => e.hash.slice(1)))
		.filter((id) => !document.getElementById(id)));
	check("there is one h1, and no level is left out",
	      all("h1, h2, h3, h4").map((e) => Number(e.tagName[1]))
		.map((level, i, levels) => i ? level > levels[i - 1] + 1 ||
						level === 1 : level !== 1)
		.map((bad, i) => bad && `heading ${i}`));
	check("there are landmarks",
	      ["header", "nav", "main", "footer"]
		.filter((name) => all(name).length !== 1));
	check("pictures have names or are hidden",
	      all("svg").filter((e) => e.getAttribute("aria-hidden") !== "true" &&
			      (e.getAttribute("role") !== "img" ||
			       !e.hasAttribute("aria-labelledby"))).map(tag));
	check("cells have headings",
	      all("th:not([scope])").map(tag)
		.concat(all("table").filter((t) => !t.tHead).map(tag)));
	check("scrolling elements can be focused and have names",
	      all(".scroll").filter((e) => e.tabIndex !== 0 ||
				    !e.hasAttribute("aria-label")).map(tag));
	check("the skip link is first",
	      document.querySelector("a, button, [tabindex]").className !==
	      "skip" && "another element is first");
	check("no name became markup",
	      all("img, iframe, object, body script:not(:last-of-type)")
		.filter((e) => !e.textContent.includes("report")).map(tag));

	const figure = document.getElementById("fig-time");
	const key = (name) => figure.dispatchEvent(
		new KeyboardEvent("keydown", { key: name }));
	const tip = () => document.getElementById("tip");

	if (figure) {
		figure.focus();
		check("the chart can be focused",
		      document.activeElement !== figure && "no focus");
		key("Home");
		const first = tip().textContent;

		check("Home shows the first numbers",
		      (tip().hidden || !first.startsWith("from ")) && first);
		key("ArrowRight");
		check("an arrow key shows the next numbers",
		      tip().textContent === first && first);
		key("Escape");
		check("Escape hides the numbers", !tip().hidden && "still shown");

		const plot = figure.querySelector("svg.plot");
		const box = plot.getBoundingClientRect();

		figure.dispatchEvent(new PointerEvent("pointermove", {
			clientX: box.left + box.width / 2,
			clientY: box.top + 1,
		}));
		check("a pointer shows the numbers",
		      (tip().hidden || !tip().textContent.includes(":")) &&
		      tip().textContent);
		check("the numbers stay on the page", tip().getBoundingClientRect()
			.right > root.clientWidth + 1 && "beyond the edge");
	}

	// WCAG 2.1, 1.4.3: contrast of text and background.
	const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
	const luminance = (colour) => channels(colour).slice(0, 3)
		.map((c) => c / 255)
		.map((c) => c <= 0.04045 ? c / 12.92 :
					   ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (e) => {
		for (; e; e = e.parentElement) {
			const colour = getComputedStyle(e).backgroundColor;

			if (channels(colour)[3] !== 0)
				return colour;
		}
		return "rgb(255, 255, 255)";
	};
	const contrast = (e) => {
		const style = getComputedStyle(e);
		const a = luminance(e instanceof SVGElement ? style.fill :
							      style.color);
		const b = luminance(behind(e));

		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	};

	check("text has enough contrast",
	      all("h1, h2, h3, p, small, a, li, td, th, dt, dd, code, text, " +
		  "summary, strong, .count")
		.filter((e) => e.getClientRects().length && contrast(e) < 4.5)
		.map((e) => `${tag(e)} ${contrast(e).toFixed(1)}`));

	const dark = matchMedia("(prefers-color-scheme: dark)").matches;

	results.push(`# ${dark ? "dark" : "light"}, ${root.clientWidth} px`);
	parent.postMessage(results, "*");
})();
