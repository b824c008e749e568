/** One NOTIFY channel for the whole log; the payload says who should look. */
export const WAKE_CHANNEL = 'signalbox_broker';
export const topicWake = (topic: string) => `t:${topic}`;
export const groupWake = (group: string) => `g:${group}`;
