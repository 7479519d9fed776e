import type { AnimationConfig } from 'svelte/animate';

/**
 * How a row that got another place goes there, for `animate:`. One step up or down is walked, so that the eye can follow; any
 * other way would cross rows that are being read, so the row appears at its new place. `duration` in ms.
 */
export function settle(
  _row: Element,
  { from, to }: { readonly from: DOMRect; readonly to: DOMRect },
  { duration }: { readonly duration: number },
): AnimationConfig {
  const down = from.top - to.top;
  const step = Math.abs(from.left - to.left) < 1 && Math.abs(down) < 1.5 * to.height;
  return {
    duration,
    css: (arrived, ahead) => (step ? `transform: translateY(${ahead * down}px)` : `opacity: ${arrived}`),
  };
}
