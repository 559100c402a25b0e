// Lays every page into frames as wide as phones and measures it there. What it finds goes into #found as JSON in base64.
"use strict";

const FAR = 8; // px between things to press
const TAP = 48; // px that a thumb needs, high and wide
const CLEAR = 4.5; // contrast of text on its ground

function channels(colour) {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return { rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1 };
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

// The first solid ground behind an element; white where there is none.
function ground(view, element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = channels(view.getComputedStyle(at).backgroundColor);
    if (colour.alpha === 1) return colour.rgb;
    if (colour.alpha > 0) return null;
  }
  return [255, 255, 255];
}

function measure(frame, width) {
  const faults = [];
  const view = frame.contentWindow;
  const page = frame.contentDocument;
  if (page.documentElement.scrollWidth > width) {
    faults.push(`scrolls sideways: ${page.documentElement.scrollWidth} px`);
  }
  for (const element of page.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (box.right > width + 0.5 || box.left < -0.5) {
      faults.push(`<${element.localName}> leaves the page: ${box.left} to ${box.right}`);
    }
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) {
      faults.push(`<${element.localName}> is too narrow for what it holds`);
    }
  }
  const texts = page.createTreeWalker(page.body, view.NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    if (!text) continue;
    const style = view.getComputedStyle(texts.currentNode.parentElement);
    const behind = ground(view, texts.currentNode.parentElement);
    const ink = channels(style.color);
    if (!behind || ink.alpha !== 1 || style.opacity !== "1") {
      faults.push(`see-through: ${text}`);
    } else if (contrast(ink.rgb, behind) < CLEAR) {
      faults.push(`contrast ${contrast(ink.rgb, behind).toFixed(2)}: ${text}`);
    }
    if (parseFloat(style.fontSize) < 12) faults.push(`small print: ${text}`);
  }
  const links = [...page.querySelectorAll("a")].map((link) => [link.textContent, link.getBoundingClientRect()]);
  links.forEach(([name, box], at) => {
    if (box.width < TAP || box.height < TAP) faults.push(`hard to hit: ${name} ${box.width} x ${box.height}`);
    for (const [other, next] of links.slice(at + 1)) {
      const beside = Math.max(next.left - box.right, box.left - next.right);
      const below = Math.max(next.top - box.bottom, box.top - next.bottom);
      if (Math.max(beside, below) < FAR - 0.5) faults.push(`too near: ${name} and ${other}`);
    }
  });
  for (const picture of page.querySelectorAll("img")) {
    if (!picture.getAttribute("alt")) faults.push("a picture without words");
  }
  return { faults, height: page.documentElement.scrollHeight, links: links.length };
}

async function load(page, width) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `border:0;width:${width}px;height:6000px`;
  const loaded = new Promise((done) => {
    frame.onload = done;
  });
  frame.srcdoc = page;
  document.body.append(frame);
  await loaded;
  return frame;
}

async function all(pages, widths) {
  const found = [];
  for (const [name, page] of pages) {
    for (const width of widths) {
      const frame = await load(page, width);
      found.push({ name, width, ...measure(frame, width) });
      frame.remove();
    }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(found));
  const place = document.createElement("pre");
  place.id = "found";
  place.textContent = btoa(String.fromCharCode(...bytes));
  document.body.append(place);
}
