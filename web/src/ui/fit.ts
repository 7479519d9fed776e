/** A box and one cell of it, in CSS px. Gaps are part of the cell. */
export interface Room {
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

export interface Fit {
  readonly columns: number;
  readonly rows: number;
  /** How many cells can be seen whole. */
  readonly capacity: number;
}

/** How many cells fit without scrolling. Before the box was measured nothing fits, so nothing can flash and vanish. */
export function fit({ width, height, cellWidth, cellHeight }: Room, maxColumns: number): Fit {
  if (cellWidth <= 0 || cellHeight <= 0) return { columns: 1, rows: 1, capacity: 0 };
  // Half a pixel of grace: browsers round boxes and cells each their own way.
  const across = Math.floor((width + 0.5) / cellWidth);
  const columns = Math.min(maxColumns, Math.max(1, across));
  const rows = Math.max(0, Math.floor((height + 0.5) / cellHeight));
  return { columns, rows, capacity: columns * rows };
}
