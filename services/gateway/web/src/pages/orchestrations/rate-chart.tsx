import { Card, Text } from '@mantine/core';
import type { RateSample } from './use-live-run.ts';

const WIDTH = 600;
const HEIGHT = 90;

/** Records done over time, as the page saw them. */
export function RateChart({ samples }: { samples: RateSample[] }) {
  const last = samples.at(-1);
  const spanSeconds = Math.max(last?.seconds ?? 0, 0.001);
  const most = Math.max(...samples.map((s) => s.done), 1);
  const points = samples.map((s) => `${((s.seconds * WIDTH) / spanSeconds).toFixed(1)},${(HEIGHT - (s.done * HEIGHT) / most).toFixed(1)}`).join(' ');
  return (
    <Card>
      <Text size="xs" c="dimmed" mb={4}>Records done over {spanSeconds.toFixed(0)} s, up to {most.toLocaleString('en-US')}</Text>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} preserveAspectRatio="none" role="img" aria-label={`${most} records done in ${spanSeconds.toFixed(0)} seconds`}>
        <polyline points={points} fill="none" stroke="var(--mantine-color-signal-6)" strokeWidth={2} vectorEffect="non-scaling-stroke" />
      </svg>
    </Card>
  );
}
