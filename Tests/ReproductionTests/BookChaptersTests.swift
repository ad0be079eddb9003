import Foundation
import Reproduction
import Testing
import reproduce_attention
import reproduce_cnn
import reproduce_mlp
import reproduce_modern_cnn
import reproduce_modern_rnn
import reproduce_rnn

@Suite("The book's chapters")
struct BookChaptersTests {
  static let chapters = [
    ReproduceMLP.chapter, ReproduceCNN.chapter, ReproduceModernCNN.chapter, ReproduceRNN.chapter,
    ReproduceModernRNN.chapter, ReproduceAttention.chapter,
  ]

  private let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources")

  @Test("Every chapter is here")
  func complete() throws {
    let targets = try FileManager.default.contentsOfDirectory(atPath: sources.path)
      .filter { $0.hasPrefix("reproduce-") }
    #expect(Set(targets) == Set(Self.chapters.map { "reproduce-\($0.name)" }))
  }

  // Making a section checks that no figure is published twice or contradicts its own band.
  @Test("Every section can be made, publishes figures, and has a folder of its name")
  func sections() throws {
    for chapter in Self.chapters { try check(chapter) }
  }

  private func check(_ chapter: Chapter) throws {
    let folder = sources.appending(path: "reproduce-\(chapter.name)")
    for section in chapter.sections {
      #expect(!section.published.isEmpty, "\(section.name)")
      let files = try FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: section.name).path)
      #expect(files.contains { $0.hasSuffix("Section.swift") }, "\(section.name)")
      #expect(files.contains { $0.hasSuffix("Figures.swift") }, "\(section.name)")
    }
    let folders = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !$0.hasSuffix(".swift") && $0 != "Shared" }
    #expect(Set(folders) == Set(chapter.sections.map(\.name)))
  }
}
