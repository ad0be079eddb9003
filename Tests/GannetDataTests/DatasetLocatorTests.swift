import Foundation
import GannetData
import TestSupport
import Testing

struct DatasetLocatorTests {
  let folder: TemporaryFolder
  /// Folders named after the searched locations.
  let explicit: URL, environment: URL, system: URL, cache: URL
  /// sha1 of "hello\n".
  let digest = Digest.sha1("f572d396fae9206628714fb2ce00f72e94f2258f")

  init() throws {
    folder = try TemporaryFolder()
    explicit = folder.file("explicit")
    environment = folder.file("environment")
    system = folder.file("system")
    cache = folder.file("cache")
    for place in [explicit, environment, system, cache] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
  }

  private func locator() throws -> DatasetLocator {
    try DatasetLocator(
      "greetings", directory: explicit, systemFolder: system, debianPackage: "dataset-greetings",
      environment: ["GANNET_DATA": environment.path, "XDG_CACHE_HOME": cache.path])
  }

  private func published(_ text: String, size: Int = 6, digest: Digest? = nil) throws
    -> DatasetFile
  {
    let source = try folder.write(text, "published.txt")
    return DatasetFile(
      name: "hello.txt.gz", source: source, size: size, digest: digest ?? self.digest)
  }

  private func put(_ place: URL, _ name: String = "hello.txt.gz") throws -> URL {
    let url = place.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("here".utf8).write(to: url)
    return url
  }

  @Test func order() throws {
    let file = try published("hello\n")
    // From the last location to the first, each takes precedence over those tested before.
    for place in [
      cache.appendingPathComponent("gannet/greetings"), system, environment,
      environment.appendingPathComponent("greetings"), explicit,
      explicit.appendingPathComponent("greetings"),
    ] {
      let url = try put(place)
      #expect(try locator().locate(file).path == url.path)
    }
  }

  @Test func decompressedCopy() throws {
    let url = try put(environment, "hello.txt")
    #expect(try locator().locate(published("hello\n")).path == url.path)
  }

  @Test(arguments: [
    Digest.sha1("f572d396fae9206628714fb2ce00f72e94f2258f"),
    .sha256("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"),
    .sha1("F572D396FAE9206628714FB2CE00F72E94F2258F"),
  ])
  func download(digest: Digest) throws {
    let file = try published("hello\n", digest: digest)
    let url = try locator().locate(file)
    #expect(url.path == cache.appendingPathComponent("gannet/greetings/hello.txt.gz").path)
    #expect(try String(contentsOf: url, encoding: .utf8) == "hello\n")
    // It is not downloaded again.
    try FileManager.default.removeItem(at: file.source)
    #expect(try locator().locate(file).path == url.path)
  }

  @Test func downloadThatDiffers() throws {
    let file = try published("hallo\n")
    expectFileError(
      .corrupt, URL(fileURLWithPath: file.name), "f572d396", "apt install dataset-greetings",
      "GANNET_DATA", explicit.path, cache.path
    ) { _ = try locator().locate(file) }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: cache.appendingPathComponent("gannet/greetings").path)
    #expect(left.isEmpty)
  }

  @Test(arguments: [5, 7])
  func downloadOfAnotherSize(size: Int) throws {
    let file = try published("hello\n", size: size)
    expectFileError(.corrupt, URL(fileURLWithPath: file.name), "6 bytes came, where \(size)") {
      _ = try locator().locate(file)
    }
  }

  @Test func unreachable() throws {
    let file = DatasetFile(
      name: "hello.txt", source: URL(string: "http://127.0.0.1:9/hello.txt")!, size: 6,
      digest: digest)
    expectFileError(
      .missing, URL(fileURLWithPath: "hello.txt"), "cannot download http://127.0.0.1:9/hello.txt",
      "Check the network", "apt install dataset-greetings"
    ) { _ = try locator().locate(file) }
  }

  @Test func namedFolderThatIsNotThere() {
    let absent = folder.file("absent")
    expectFileError(.missing, absent, "no such folder") {
      _ = try DatasetLocator("greetings", directory: absent, environment: [:])
    }
  }

  /// A misspelt folder in the variable must not be ignored.
  @Test func variableThatNamesNoFolder() throws {
    let absent = folder.file("absent")
    let file = try folder.write("", "file")
    for place in [absent, file] {
      expectFileError(.missing, place, "no such folder", "GANNET_DATA", "unset it") {
        _ = try DatasetLocator("greetings", environment: ["GANNET_DATA": place.path])
      }
    }
    // One that exists may lack the set.
    let locator = try DatasetLocator(
      "greetings", systemFolder: system,
      environment: ["GANNET_DATA": environment.path, "XDG_CACHE_HOME": cache.path])
    let url = try put(system)
    #expect(locator.find("hello.txt.gz")?.path == url.path)
    #expect(try DatasetLocator("greetings", environment: ["GANNET_DATA": ""]).folders.count == 1)
  }

  @Test func digestOfAMissingFile() {
    expectFileError(.unreadable, folder.file("absent"), "sha1sum fails") {
      try digest.verify(folder.file("absent"))
    }
  }
}
