/** A notice for the person at the terminal. stdout belongs to the command that runs afterwards. */
export function say(text: string): void {
  process.stderr.write(`signalbox: ${text}\n`);
}
