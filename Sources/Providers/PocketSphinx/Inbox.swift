import Glibc
import VoicePipeline

/// A queue that one thread sleeps on and any thread adds to. Adding never waits for the reader.
final class Inbox<Message: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let arrived: UnsafeMutablePointer<pthread_cond_t>
  private var messages: [Message] = []
  private let limit: Int

  /// A queue that refuses what may be lost once it holds `limit` messages.
  init(limit: Int) {
    self.limit = limit
    mutex = .allocate(capacity: 1)
    arrived = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    arrived.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(arrived, nil)
  }

  deinit {
    pthread_cond_destroy(arrived)
    pthread_mutex_destroy(mutex)
    arrived.deallocate()
    mutex.deallocate()
  }

  /// Adds what can't be refused, and what its sender sends a bounded number of times.
  func post(_ message: Message) {
    pthread_mutex_lock(mutex)
    messages.append(message)
    pthread_cond_signal(arrived)
    pthread_mutex_unlock(mutex)
  }

  /// Adds `message` if there is room, with `reserve` messages more than usual, and says whether there was.
  func offer(_ message: Message, reserve: Int = 0) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard messages.count < limit + reserve else { return false }
    messages.append(message)
    pthread_cond_signal(arrived)
    return true
  }

  /// Everything that has arrived; sleeps until there is something.
  func take() -> [Message] {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while messages.isEmpty { pthread_cond_wait(arrived, mutex) }
    defer { messages.removeAll(keepingCapacity: true) }
    return messages
  }
}
