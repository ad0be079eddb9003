import Foundation
import GannetData
import GannetTensor
import Testing

/// The number of damaged files of each of the formats that are read: `GANNET_FUZZ_CASES` is that of
/// all together, 5,000 unless set.
private let caseCount: Int = {
  let formats = 11
  let total = ProcessInfo.processInfo.environment["GANNET_FUZZ_CASES"].flatMap(Int.init) ?? 5_000
  return (total + formats - 1) / formats
}()

/// Reads `sound` files and then damaged copies, in a process that an exit test has made for it:
/// each is either read or refused by a `FileError`, and no memory is taken that is out of proportion.
///
/// - Parameters:
///   - name: The name that the files get.
///   - sound: Files that can be read.
///   - seal: Repairs what protects a file's content, such as checksums; it is applied to the half of
///     the damaged copies, so that the reader comes beyond them.
package func fuzz(
  _ name: String, _ sound: [[UInt8]], seal: ([UInt8]) -> [UInt8] = { $0 },
  read: (URL) throws -> Void
) throws {
  let folder = try TemporaryFolder()
  for bytes in sound { try read(folder.write(seal(bytes), name)) }

  BufferPool.capacity = 0
  try limitMemory(to: 128 << 20)
  var stream = RandomStream(seed: 20_26)
  var refused = 0
  for number in 0..<caseCount {
    let bytes = sound.randomElement(using: &stream)!
    let damaged =
      Bool.random(using: &stream)
      ? seal(bytes.mutated(using: &stream)) : seal(bytes).mutated(using: &stream)
    let url = try folder.write(damaged, name)
    do {
      try read(url)
    } catch let error as FileError {
      #expect(error.description.contains(name), "case \(number)")
      refused += 1
    } catch {
      Issue.record(error, "case \(number) of \(name): \(damaged)")
    }
  }
  #expect(refused > caseCount / 10)
}

/// Lets the process allocate `bytes` more than it has; beyond, it ends.
private func limitMemory(to bytes: UInt) throws {
  guard !Sanitizers.isActive else { return }  // its own memory is beyond any limit
  #if os(Linux)
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
  let kilobytes = try #require(UInt(line.filter(\.isNumber)))
  let limit = kilobytes << 10 + bytes
  var data = rlimit(rlim_cur: limit, rlim_max: limit)
  try #require(setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &data) == 0)
  #endif
}
