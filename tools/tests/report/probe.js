// SPDX-License-Identifier: GPL-2.0
// Looks at a report's page from within, for scripts/report-test: a copy of the
// page runs this in a frame, and the page around it prints what it says.
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
	check("references lead somewhere",
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
	check("pictures have names, or are hidden with a text beside them",
	      all("svg").filter((e) => e.getAttribute("aria-hidden") !== "true" &&
			      (e.getAttribute("role") !== "img" ||
			       !e.hasAttribute("aria-labelledby"))).map(tag));
	check("cells have headings",
	      all("th:not([scope])").map(tag)
		.concat(all("table").filter((t) => !t.tHead).map(tag)));
	check("what scrolls can be focused and has a name",
	      all(".scroll").filter((e) => e.tabIndex !== 0 ||
				    !e.hasAttribute("aria-label")).map(tag));
	check("the skip link is first",
	      document.querySelector("a, button, [tabindex]").className !==
	      "skip" && "another one is");
	check("nobody's name became markup",
	      all("img, iframe, object, body script:not(:last-of-type)")
		.filter((e) => !e.textContent.includes("report")).map(tag));

	const figure = document.getElementById("fig-time");
	const key = (name) => figure.dispatchEvent(
		new KeyboardEvent("keydown", { key: name }));
	const tip = () => document.getElementById("tip");

	if (figure) {
		figure.focus();
		check("the chart can be focused",
		      document.activeElement !== figure && "it cannot");
		key("Home");
		const first = tip().textContent;

		check("Home shows the first numbers",
		      (tip().hidden || !first.startsWith("from ")) && first);
		key("ArrowRight");
		check("an arrow key shows the next ones",
		      tip().textContent === first && first);
		key("Escape");
		check("Escape hides them", !tip().hidden && "it does not");

		const plot = figure.querySelector("svg.plot");
		const box = plot.getBoundingClientRect();

		figure.dispatchEvent(new PointerEvent("pointermove", {
			clientX: box.left + box.width / 2,
			clientY: box.top + 1,
		}));
		check("a pointer shows them",
		      (tip().hidden || !tip().textContent.includes(":")) &&
		      tip().textContent);
		check("they stay on the page", tip().getBoundingClientRect()
			.right > root.clientWidth + 1 && "they do not");
	}

	// WCAG 2.1, 1.4.3: text against what is behind it.
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

	check("text can be read",
	      all("h1, h2, h3, p, small, a, li, td, th, dt, dd, code, text, " +
		  "summary, strong, .count")
		.filter((e) => e.getClientRects().length && contrast(e) < 4.5)
		.map((e) => `${tag(e)} ${contrast(e).toFixed(1)}`));

	const dark = matchMedia("(prefers-color-scheme: dark)").matches;

	results.push(`# ${dark ? "dark" : "light"}, ${root.clientWidth} px`);
	parent.postMessage(results, "*");
})();
