import Coordination
import GRDB

/// Writes that come while another is being made durable share the next commit: a disk that takes milliseconds to
/// confirm then holds up hundreds of writers as little as one. Each write is all or nothing by itself.
final class GroupCommit: Sendable {
  /// Writes in one transaction at most, so that none waits long for the others.
  private static let largestGroup = 256

  private struct Job {
    /// Does the work and gives what to do once it is durable.
    var run: @Sendable (Database) throws -> @Sendable () -> Void
    var fail: @Sendable (any Error) -> Void
  }

  private struct Queue {
    var jobs: [Job] = []
    var isDraining = false
  }

  private let pool: DatabasePool
  private let queue = Locked(Queue())

  init(_ pool: DatabasePool) { self.pool = pool }

  /// Runs `body` in a transaction, and returns when it is durable. `whenDurable` gets what it returned before that, in the
  /// order of the commits.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value,
    whenDurable: @escaping @Sendable (Value) -> Void = { _ in }
  ) async throws(StoreError) -> Value {
    do {
      return try await withCheckedThrowingContinuation { continuation in
        enqueue(
          Job(
            run: { db in
              let value = try body(db)
              return {
                whenDurable(value)
                continuation.resume(returning: value)
              }
            }, fail: { continuation.resume(throwing: $0) }))
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw .failed(Self.explain(error))
    }
  }

  private func enqueue(_ job: Job) {
    let mustStart = queue.withLock { queue in
      queue.jobs.append(job)
      defer { queue.isDraining = true }
      return !queue.isDraining
    }
    guard mustStart else { return }
    pool.asyncWriteWithoutTransaction { db in
      while let group = self.takeGroup() { Self.commit(group, db) }
    }
  }

  private func takeGroup() -> [Job]? {
    queue.withLock { queue in
      guard !queue.jobs.isEmpty else {
        queue.isDraining = false
        return nil
      }
      let group = Array(queue.jobs.prefix(Self.largestGroup))
      queue.jobs.removeFirst(group.count)
      return group
    }
  }

  private static func commit(_ group: [Job], _ db: Database) {
    var done: [@Sendable () -> Void] = []
    var failed: [(Job, any Error)] = []
    do {
      try db.inTransaction(.immediate) {
        for job in group {
          do {
            var then: (@Sendable () -> Void)?
            try db.inSavepoint {
              then = try job.run(db)
              return .commit
            }
            if let then { done.append(then) }
          } catch {
            // Some faults, such as a full disk, end the whole transaction: then nobody's work is kept.
            guard db.isInsideTransaction else { throw error }
            failed.append((job, error))
          }
        }
        return .commit
      }
    } catch {
      for job in group { job.fail(error) }
      return
    }
    for then in done { then() }
    for (job, error) in failed { job.fail(error) }
  }

  /// SQLite's words without the values of a statement, which may be a customer's.
  static func explain(_ error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(type(of: error))" }
    return "\(error.resultCode) \(error.message ?? "")"
  }
}
