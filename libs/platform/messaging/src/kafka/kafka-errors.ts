import { fatal, isSignalboxError, retryable, type SignalboxError } from '@signalbox/kernel';

interface KafkaError extends Error {
  type?: string;
}

const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** Any error of the Kafka client by the caller's duty: nearly all of them pass. */
export function mapKafkaError(thrown: unknown): SignalboxError {
  if (isSignalboxError(thrown)) return thrown;
  const error = thrown as KafkaError;
  const extra = { cause: thrown, detail: error?.message };
  if (error?.type && TOO_LARGE.has(error.type)) {
    return fatal('messaging.too_large', 'The broker refuses a message because of its size. Raise max.message.bytes of the topic.', extra);
  }
  if (isUnknownTopic(thrown)) return retryable('messaging.unknown_topic', 'A topic is not there yet. Create the topics first.', 2000, extra);
  return retryable('messaging.broker_unavailable', 'The message broker cannot take this just now. Try again.', 1000, extra);
}

export function isUnknownTopic(thrown: unknown): boolean {
  for (let error = thrown as KafkaError | undefined; error; error = error.cause as KafkaError | undefined) {
    if (error.type === UNKNOWN_TOPIC || error.message?.includes('does not host this topic-partition')) return true;
  }
  return false;
}
