import type { SingleBar } from 'cli-progress';

export interface Progress {
  /** A new piece of work; `total` in its own unit, 0 when unknown. */
  begin(label: string, total: number): void;
  update(done: number, total?: number): void;
  end(note?: string): void;
}

const LINE_EVERY_MS = 5_000;

/** Bars (done, rate, remaining) on a terminal; where there is none, a line every few seconds. Always on stderr. */
export async function createProgress(stream: NodeJS.WriteStream): Promise<Progress> {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

async function barProgress(stream: NodeJS.WriteStream): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  let bar: SingleBar | undefined;
  let startedAt = 0;
  return {
    begin(label, total) {
      bar = new cliProgress.SingleBar({ stream, format: `  ${label.padEnd(34)} [{bar}] {percentage}% {value}/{total} {rate}/s, {eta_formatted} left`, hideCursor: true, etaBuffer: 20 }, cliProgress.Presets.rect);
      bar.start(total || 1, 0, { rate: 0 });
      startedAt = Date.now();
    },
    update(done, total) {
      if (total) bar?.setTotal(total);
      bar?.update(done, { rate: Math.round((done * 1000) / Math.max(1, Date.now() - startedAt)) });
    },
    end(note) {
      bar?.update(bar.getTotal());
      bar?.stop();
      bar = undefined;
      if (note) stream.write(`  ${note}\n`);
    },
  };
}

function lineProgress(stream: NodeJS.WriteStream): Progress {
  let label = '';
  let total = 0;
  let lastLine = 0;
  let startedAt = 0;
  return {
    begin(newLabel, newTotal) {
      label = newLabel;
      total = newTotal;
      lastLine = startedAt = Date.now();
      stream.write(`  ${label} …\n`);
    },
    update(done, newTotal) {
      total = newTotal ?? total;
      if (Date.now() - lastLine < LINE_EVERY_MS) return;
      lastLine = Date.now();
      const rate = (done * 1000) / Math.max(1, lastLine - startedAt);
      const left = total > done && rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
      stream.write(`  ${label}: ${done}${total ? `/${total}` : ''}, ${Math.round(rate)}/s${left}\n`);
    },
    end(note) {
      stream.write(`  ${note ?? label}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
    },
  };
}
