// Sends a picture to the example serving again and again, by several clients at once, and prints how
// long the answers took and how many failed.
import ArgumentParser
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@main
struct ServingLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serving-load", abstract: "Measures the latency and the errors of a server.")

  @Argument(help: "The PNG or JPEG file to send.")
  var picture: String
  @Option(help: "The address to send it to.")
  var url = "http://127.0.0.1:8080/predict"
  @Option(help: "The number of requests, of all clients together.")
  var requests = 200
  @Option(help: "The clients, each of which waits for an answer before its next request.")
  var clients = 4
  @Option(help: "The seconds after which no more requests are sent, and for one to be answered.")
  var seconds = 30.0
  @Flag(help: "Send 20 requests, to see that all is well.")
  var quick = false

  func validate() throws {
    guard requests > 0, (1...256).contains(clients), seconds > 0, URL(string: url)?.host != nil
    else {
      throw ValidationError(
        "Give --requests from 1, --clients from 1 to 256, --seconds above 0, and a --url.")
    }
  }

  func run() async throws {
    guard let target = URL(string: url), let body = try? Data(contentsOf: URL(filePath: picture))
    else { throw ValidationError("\(picture): this file cannot be read.") }
    var request = URLRequest(url: target, timeoutInterval: seconds)
    request.httpMethod = "POST"
    let isPNG = body.starts(with: [0x89, 0x50, 0x4e, 0x47])
    request.setValue(isPNG ? "image/png" : "image/jpeg", forHTTPHeaderField: "Content-Type")
    request.httpBody = body

    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = clients
    let session = URLSession(configuration: configuration)
    let (count, start) = (quick ? min(requests, 20) : requests, ContinuousClock.now)
    let end = start + .seconds(seconds)
    let outcomes = await withTaskGroup(of: [Outcome].self) { [request, clients] group in
      for client in 0..<clients {
        group.addTask {
          var own: [Outcome] = []
          for _ in stride(from: client, to: count, by: clients) where ContinuousClock.now < end {
            own.append(await Outcome(of: request, by: session))
          }
          return own
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)

    let errors = outcomes.compactMap(\.error)
    let times = outcomes.filter { $0.error == nil }.map(\.milliseconds).sorted()
    print("requests", outcomes.count, "of", count, "in", rounded(elapsed), "s")
    print("errors", errors.count, errors.first.map { "such as: \($0)" } ?? "")
    if !times.isEmpty {
      // The time within which a share of the requests was answered.
      let time = { (share: Double) in times[Int((share * Double(times.count)).rounded(.up)) - 1] }
      print("median", rounded(time(0.5)), "ms")
      print("99th percentile", rounded(time(0.99)), "ms")
      print("answers", rounded(Double(times.count) / elapsed), "/s")
    }
    if !errors.isEmpty || outcomes.count < count { throw ExitCode.failure }
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// A request's time, and its error, if any.
struct Outcome {
  let milliseconds: Double
  let error: String?

  init(of request: URLRequest, by session: URLSession) async {
    let start = ContinuousClock.now
    do {
      let (data, response) = try await session.data(for: request)
      let status = (response as? HTTPURLResponse)?.statusCode ?? 0
      error = status == 200 ? nil : "status \(status), \(String(decoding: data, as: UTF8.self))"
    } catch {
      self.error = error.localizedDescription
    }
    milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
  }
}
