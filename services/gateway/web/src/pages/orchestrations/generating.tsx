import { Card, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import type { Plan } from '../../api/types.ts';

const number = (n: number) => Math.round(n).toLocaleString('en-US');
const ENOUGH_SECONDS = 2;

/** So many a second since the page began to look; undefined while too little has been seen. */
function usePace(done: number): number | undefined {
  const [first] = useState(() => ({ at: Date.now(), done }));
  const seconds = (Date.now() - first.at) / 1000;
  return seconds >= ENOUGH_SECONDS && done > first.done ? (done - first.done) / seconds : undefined;
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `about ${number(Math.max(1, seconds))} s left`;
  return seconds < 5_400 ? `about ${number(seconds / 60)} min left` : `about ${(seconds / 3_600).toFixed(1)} h left`;
}

const pace = (perSecond: number | undefined, left: number | undefined) => [...(perSecond ? [`${number(perSecond)} a second`] : []), ...(left !== undefined ? [timeLeft(left)] : [])].join(', ');

/** How far a preview is that is being generated: done, rate and what remains, as far as it is known. */
export function Generating({ plan, lookedAt }: { plan: Plan; lookedAt: string }) {
  const { preparing } = plan;
  const rate = usePace(plan.lookedAt);
  if (preparing) {
    return <Shown text={`Before the preview can be generated, it is decided which accounts the companies are: ${number(preparing.done)} of ${number(preparing.total)} decided`} more={pace(preparing.perSecond, preparing.remainingSeconds ?? undefined)} share={(preparing.done * 100) / Math.max(1, preparing.total)} />;
  }
  // How many there will be is not always known beforehand; what was looked at so far is then all that is said.
  const known = plan.toLookAt > plan.lookedAt;
  const left = known && rate ? (plan.toLookAt - plan.lookedAt) / rate : undefined;
  return <Shown text={`The preview is being generated: ${number(plan.lookedAt)}${known ? ` of ${number(plan.toLookAt)}` : ''} ${lookedAt} looked at`} more={pace(rate, left)} share={known ? (plan.lookedAt * 100) / plan.toLookAt : undefined} />;
}

function Shown({ text, more, share }: { text: string; more: string; share: number | undefined }) {
  return (
    <Card>
      <Text size="sm" mb="xs" role="status">{text}{more ? `; ${more}` : ''}.</Text>
      <Progress value={share ?? 100} animated striped={share === undefined} aria-label="Preview progress" />
    </Card>
  );
}
