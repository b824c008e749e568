export * from './generated/signalbox/matching/v1/types.ts';
export * from './generated/signalbox/matching/v1/events.ts';
export * from './generated/signalbox/matching/v1/service.ts';
export * from './generated/signalbox/matching/v1/reviews.ts';
export * from './generated/signalbox/matching/v1/events.ts';
