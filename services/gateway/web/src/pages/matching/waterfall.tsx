import { Box, Group, Stack, Text } from '@mantine/core';
import type { Evidence } from '../../api/match-types.ts';

const WORDS: Record<string, string> = { base: 'Starting point', name: 'Name', domain: 'Website', website: 'Website', country: 'Country', initials: 'Initials', link: 'Link', strict: 'The same as written' };
const title = (comparison: string) => WORDS[comparison] ?? comparison.charAt(0).toUpperCase() + comparison.slice(1);

const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;

/** What spoke for (right, green) and against (left, red), each as a bar as long as what it added. */
export function Waterfall({ evidence }: { evidence: readonly Evidence[] }) {
  const most = Math.max(...evidence.map((e) => Math.abs(e.contribution)), 0.01);
  return (
    <Stack gap={6} role="list" aria-label="What spoke for and against">
      {evidence.map((e) => (
        <Group key={`${e.comparison} ${e.accountValue}`} gap="sm" wrap="nowrap" role="listitem">
          <Text size="sm" w={{ base: 130, sm: 190 }}>{title(e.comparison)}{e.outcome ? <Text span size="xs" c="dimmed"> · {e.outcome}</Text> : null}</Text>
          <Box flex={1} h={14} pos="relative" style={{ background: 'linear-gradient(var(--mantine-color-gray-4), var(--mantine-color-gray-4)) center / 1px 100% no-repeat' }}>
            <Box
              pos="absolute" h={14} w={`${(Math.abs(e.contribution) / most) * 50}%`} bg={e.contribution < 0 ? 'red.5' : 'teal.5'}
              style={{ borderRadius: 3, ...(e.contribution < 0 ? { right: '50%' } : { left: '50%' }) }}
            />
          </Box>
          <Text size="sm" w={48} ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>{signed(e.contribution)}</Text>
        </Group>
      ))}
    </Stack>
  );
}
