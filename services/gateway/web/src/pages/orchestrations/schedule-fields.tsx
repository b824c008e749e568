import { Radio, Select, Stack } from '@mantine/core';
import type { Schedule } from '../../api/types.ts';
import { WEEKDAYS, capitalised } from './schedule-text.ts';

/** Manual, daily, or weekly on a weekday (ORC-2). */
export function ScheduleFields<S extends Schedule>({ value, onChange }: { value: S; onChange: (value: S) => void }) {
  return (
    <Stack>
      <Radio.Group label="When it runs" description="Scheduled runs happen in the workspace's nightly sync. You can always run it by hand." value={value.mode} onChange={(mode) => onChange({ ...value, mode })}>
        <Stack gap="xs" mt="xs">
          <Radio value="manual" label="Only when someone presses “Run now”" />
          <Radio value="daily" label="Daily" />
          <Radio value="weekly" label="Weekly" />
        </Stack>
      </Radio.Group>
      {value.mode === 'weekly' ? <Select label="Weekday" required maw={240} allowDeselect={false} data={WEEKDAYS.map((d) => ({ value: d, label: capitalised(d) }))} value={value.weekday ?? null} onChange={(weekday) => onChange({ ...value, weekday: weekday ?? undefined })} /> : null}
    </Stack>
  );
}
