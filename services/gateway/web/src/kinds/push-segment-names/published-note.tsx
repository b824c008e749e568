import { Alert, Anchor, Text } from '@mantine/core';
import { usePublished } from '../../pages/segments/use-published.ts';
import { counted } from '../counted.ts';

/** How many names there are to write, and where that is changed (PSN-2). */
export function PublishedNote() {
  const published = usePublished(true);
  const all = published.data?.items;
  const enabled = all?.filter((one) => one.enabled).length ?? 0;
  // In a page of its own: what was filled in here would be lost.
  const link = <Anchor href="/settings/published-segments" target="_blank" inherit>Settings &gt; Published segments</Anchor>;
  if (!all) return <Text size="sm">Which segments are written is said under {link}.</Text>;
  if (enabled === 0) return <Alert color="orange" title="No segment is enabled for Segment Name Enrichment">{counted(all.length, 'segment')} published. Nothing is written before one is published and enabled under {link}.</Alert>;
  return <Text size="sm">{counted(all.length, 'segment')} published, {enabled.toLocaleString('en-US')} of them enabled and written. Change that under {link}.</Text>;
}
