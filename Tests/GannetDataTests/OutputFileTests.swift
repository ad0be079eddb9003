import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// Replacing files: through links, keeping the mode, and regular files only.
struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func link(_ name: String, to target: String) throws -> URL {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(name).path, withDestinationPath: target)
    return folder.file(name)
  }

  private func write(_ bytes: [UInt8], to url: URL) throws {
    try OutputFile.write(to: url) { try $0.write(bytes) }
  }

  private func status(_ url: URL) -> stat {
    var result = stat()
    #expect(lstat(url.path, &result) == 0)
    return result
  }

  private func isLink(_ url: URL) -> Bool { status(url).st_mode & S_IFMT == S_IFLNK }

  @Test func linksStay() throws {
    let manager = FileManager.default
    try manager.createDirectory(at: folder.file("store"), withIntermediateDirectories: true)
    let target = folder.file("store").appendingPathComponent("real")
    try Data([9]).write(to: target)
    let links = [
      try link("absolute", to: target.path), try link("relative", to: "store/real"),
      try link("chain", to: "relative"),
    ]
    for (index, url) in links.enumerated() {
      try write([UInt8(index)], to: url)
      #expect(isLink(url) && !isLink(target))
      #expect(try Array(Data(contentsOf: target)) == [UInt8(index)])
    }
    try Safetensors.write(["a": Tensor([5])], to: links[2])
    #expect(try Safetensors.read(from: target)["a"]?.scalars == [5])
    #expect(try folder.contents == ["absolute", "chain", "relative", "store"])
    #expect(try manager.contentsOfDirectory(atPath: folder.file("store").path) == ["real"])
  }

  @Test func danglingLinks() throws {
    let url = try link("link", to: "later")
    try write([1], to: url)
    #expect(isLink(url) && !isLink(folder.file("later")))
    #expect(try Array(Data(contentsOf: folder.file("later"))) == [1])
    let nowhere = try link("nowhere", to: "no/such/folder")
    expectFileError(.missing, nowhere, "create the file") { try write([1], to: nowhere) }
    #expect(isLink(nowhere))
  }

  @Test func linksInACircle() throws {
    let first = try link("first", to: "second")
    let second = try link("second", to: "first")
    let own = try link("own", to: "own")
    for url in [first, second, own] {
      expectFileError(.unwritable, url, "circle") { try write([1], to: url) }
    }
    #expect(try folder.contents == ["first", "own", "second"])
  }

  @Test(arguments: [0o600, 0o640, 0o755, 0o666] as [mode_t])
  func theModeStays(mode: mode_t) throws {
    let url = try folder.write([1], "file")
    #expect(chmod(url.path, mode) == 0)
    let owner = status(url)
    try write([2], to: url)
    try write([3], to: try link("link", to: "file"))
    let after = status(url)
    #expect(after.st_mode & 0o7777 == mode)
    #expect(after.st_uid == owner.st_uid && after.st_gid == owner.st_gid)
    #expect(try Array(Data(contentsOf: url)) == [3])
  }

  @Test func theOwnerStaysWhereTheSystemAllowsIt() throws {
    guard getuid() == 0 else { return }
    let url = try folder.write([1], "file")
    #expect(chown(url.path, 12_345, 54_321) == 0)
    try write([2], to: url)
    #expect(status(url).st_uid == 12_345 && status(url).st_gid == 54_321)
  }

  /// The mask belongs to the process, so this one has its own.
  @Test func newFilesFollowTheMask() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      for mask: mode_t in [0o022, 0o077, 0o002, 0o000] {
        umask(mask)
        let url = folder.file("\(mask)")
        try Safetensors.write(["a": Tensor([5])], to: url)
        var status = stat()
        #expect(stat(url.path, &status) == 0 && status.st_mode & 0o7777 == 0o666 & ~mask)
      }
    }
  }

  @Test func nonRegularFilesAreKept() throws {
    try FileManager.default.createDirectory(
      at: folder.file("folder"), withIntermediateDirectories: true)
    #expect(mkfifo(folder.file("pipe").path, 0o600) == 0)
    let links = [try link("device", to: "/dev/null"), try link("linked", to: "folder")]
    for url in [folder.file("folder"), folder.file("pipe")] + links {
      expectFileError(.unwritable, url, "not a regular file") { try write([1], to: url) }
    }
    #expect(try folder.contents == ["device", "folder", "linked", "pipe"])
  }

  @Test func namesAsLongAsTheSystemAllows() throws {
    let url = folder.file(String(repeating: "x", count: 255))
    try write([1], to: url)
    #expect(try folder.contents.count == 1)
  }

  /// A failed write leaves the old file, also through a link.
  @Test func failures() throws {
    struct Stop: Error {}
    let url = try folder.write([1], "file")
    let link = try link("link", to: "file")
    for place in [url, link, folder.file("new")] {
      #expect(throws: Stop.self) {
        try OutputFile.write(to: place) {
          try $0.write([2, 3])
          throw Stop()
        }
      }
    }
    #expect(try Array(Data(contentsOf: url)) == [1])
    #expect(try folder.contents == ["file", "link"])
  }
}
