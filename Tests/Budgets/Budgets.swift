import CCallgrind
import Glibc

// Does what must stay cheap, and tells what it cost in figures that are the same on a busy machine: allocations, bytes and,
// under `valgrind --tool=callgrind --instr-atstart=no`, instructions. `scripts/check-budgets` runs it and compares.
//
// Without an argument it does all; with `--threaded` it names the cases that callgrind can only count alone, each with how
// often it is done; with the name of one it does that.

@main struct Budgets {
  static let cases = sipCases + mediaCases + turnCases + messageCases + heldCases

  static func main() throws {
    guard callgrind_is_known() == 1 else {
      print("built without valgrind's headers: run scripts/setup")
      exit(2)
    }
    switch CommandLine.arguments.dropFirst().first {
    case nil:
      let isCounting = callgrind_is_running() == 1
      for budget in cases where !(isCounting && budget.isThreaded) { try budget.measure() }
    case "--threaded":
      for budget in cases where budget.isThreaded { print("\(budget.runs)\t\(budget.name)") }
    case let name?:
      try cases.first { $0.name == name }?.measureAndExit()
    }
  }
}
