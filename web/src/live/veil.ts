import type { Verdict } from './dead-man.ts';

/** How to say a moment, and which one (ms) stands in while nothing was ever live. */
export interface VeilWords {
  readonly openedAt: number;
  readonly clock: (at: number) => string;
}

/**
 * Covers the screen when it is dead, without the help of the app.
 * Marks the pulse on `<html>` as well, so that the style sheet lets old data look old.
 */
export function paintVeil(page: Document, verdict: Verdict, words: VeilWords): void {
  page.documentElement.dataset['pulse'] = verdict.pulse;
  const veil = page.getElementById('veil');
  if (veil === null) return;
  const dead = verdict.pulse === 'dead';
  veil.hidden = !dead;
  if (!dead) return veil.replaceChildren();
  const since = verdict.provedAt ?? verdict.beatAt ?? words.openedAt;
  veil.replaceChildren(
    line(page, 'strong', `NOT LIVE since ${words.clock(since)}`),
    line(page, 'span', 'What is behind this notice is old. The screen keeps trying and comes back by itself.'),
  );
}

function line(page: Document, name: string, text: string): HTMLElement {
  const element = page.createElement(name);
  element.textContent = text;
  return element;
}
