/** Where a text stops being JSON: position from 0, line and column from 1. */
export interface JsonErrorPlace {
  position: number;
  line: number;
  column: number;
}

function positionIn(message: string): number | undefined {
  const found = /at position (\d+)/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Whether the text may be the beginning of JSON: nothing is wrong with it but its end. */
function couldGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const position = positionIn(message);
    return position === undefined ? /end of JSON/i.test(message) : position >= text.length || /^Unterminated/.test(message);
  }
}

/** The place of a JSON.parse error; V8 does not always name it, so it is then searched by halving. */
export function jsonErrorAt(text: string, error: Error): JsonErrorPlace {
  let position = positionIn(error.message);
  if (position === undefined) {
    let good = 0;
    let bad = text.length + 1;
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (couldGoOn(text.slice(0, middle))) good = middle;
      else bad = middle;
    }
    position = Math.min(good, text.length);
  }
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  return { position, line, column: position - (before.lastIndexOf('\n') + 1) + 1 };
}
