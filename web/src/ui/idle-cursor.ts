/** Hides the pointer (`data-idle` on `<html>`) after `afterMs` without a movement; returns the stop. */
export function hideIdleCursor(page: Document, afterMs = 3_000): () => void {
  const root = page.documentElement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moved = (): void => {
    delete root.dataset['idle'];
    clearTimeout(timer);
    timer = setTimeout(() => {
      root.dataset['idle'] = 'true';
    }, afterMs);
  };
  moved();
  page.addEventListener('pointermove', moved, { passive: true });
  return () => {
    clearTimeout(timer);
    page.removeEventListener('pointermove', moved);
  };
}
