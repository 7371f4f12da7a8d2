namespace Latchkey.Cli.Completion;

/// <summary>What shells read in so that Tab works. Each asks <c>latchkey complete</c>, which answers in a few milliseconds.</summary>
internal static class CompletionScripts
{
    public static readonly string[] Shells = ["bash", "zsh", "fish", "powershell"];

    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };

    private const string Bash = """
        # latchkey: put  source <(latchkey completion bash)  into ~/.bashrc
        _latchkey() {
          local current=${COMP_WORDS[COMP_CWORD]} line
          COMPREPLY=()
          while IFS= read -r line; do
            if [ "$line" = ":command" ]; then
              while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -c -- "$current")
            else
              COMPREPLY+=("${line%%$'\t'*}")
            fi
          done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -o default -F _latchkey latchkey

        """;

    private const string Zsh = """
        #compdef latchkey
        # latchkey: put  source <(latchkey completion zsh)  into ~/.zshrc, after compinit
        _latchkey() {
          local line
          local -a described
          for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
            case $line in
              '') ;;
              :command) _command_names -e; return ;;
              *) described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            esac
          done
          if (( ${#described} )); then
            _describe -t latchkey latchkey described
          else
            _files
          fi
        }
        compdef _latchkey latchkey

        """;

    private const string Fish = """
        # latchkey: put  latchkey completion fish | source  into ~/.config/fish/config.fish
        function __latchkey_complete
          set -l words (commandline -opc) (commandline -ct)
          for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
            if test "$line" = ":command"
              __fish_complete_command
            else
              echo $line
            end
          end
        end
        complete -c latchkey -f
        complete -c latchkey -n '__fish_seen_subcommand_from claude run' -F
        complete -c latchkey -a '(__latchkey_complete)'

        """;

    private const string PowerShell = """
        # latchkey: put  latchkey completion powershell | Out-String | Invoke-Expression  into $PROFILE
        Register-ArgumentCompleter -Native -CommandName latchkey -ScriptBlock {
          param($word, $ast, $position)
          $typed = $ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.StartOffset -lt $position }
          $words = @($typed | ForEach-Object { $_.ToString() })
          if ($word -eq '') { $words += '' }
          & $ast.CommandElements[0].ToString() complete -- @words 2>$null | ForEach-Object {
            $value, $meaning = $_ -split "`t", 2
            if ($value -ne ':command') {
              [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $(if ($meaning) { $meaning } else { $value }))
            }
          }
        }

        """;
}
