import ArgumentParser

struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print a script that completes commands, options and names in a shell.",
        discussion: HelpText.discussion(
            "Accounts, policies and restores come from the server where it answers within 0.3 seconds.",
            examples: [
                "holdfast completion bash > /etc/bash_completion.d/holdfast",
                "holdfast completion zsh > ~/.zfunc/_holdfast",
                "holdfast completion fish > ~/.config/fish/completions/holdfast.fish",
            ]))

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: Shell

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    func run() {
        let shell: CompletionShell =
            switch self.shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        print(Holdfast.completionScript(for: shell))
    }
}
