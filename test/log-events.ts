import ts from 'typescript';

/**
 * The names (`feed.up`) that a file logs: literals in the first argument of a call of a logger's method, or of one that
 * was chosen before as `write`. A call that names its event by anything else gives a line that says so.
 */
export function eventsLoggedIn(path: string, source: string): string[] {
  const events: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && callsLogger(node.expression.getText())) {
      const names = node.arguments[0] ? namesIn(node.arguments[0]) : [];
      events.push(...(names.length > 0 ? names : [`${path} names an event by something else than its literal`]));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true));
  return events;
}

const callsLogger = (callee: string): boolean => /^write$|\b\w*log\.(debug|info|warn|error)\)?$/i.test(callee);

function namesIn(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  // Either of two names; what decides between them is no name.
  return ts.isConditionalExpression(node) ? [...namesIn(node.whenTrue), ...namesIn(node.whenFalse)] : [];
}

/** The names in the first column of the chapter "Log events". */
export function eventsListedIn(markdown: string): string[] {
  const after = markdown.split(/^## Log events$/m)[1] ?? '';
  const chapter = after.split(/^## /m)[0] ?? '';
  const cells = [...chapter.matchAll(/^\|([^|]*)\|/gm)].map((match) => match[1] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
}
