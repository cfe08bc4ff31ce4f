<#
.SYNOPSIS
Build, test, deploy to AWS, test there, and stop the local models.
.DESCRIPTION
Linux, macOS, or Windows inside WSL. AWS credentials come from the environment.
#>
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Split-Path $PSScriptRoot)

make build TARGET=aws          # 1. build everything
make test                      # 2. test everything on the local cloud
make check synth               # 3. verify the tree and the templates
& "$PSScriptRoot/aws-deploy-services.ps1"    # 4. deploy
& "$PSScriptRoot/aws-test-services.ps1"      # 5. test in AWS
& "$PSScriptRoot/shutdown-local-models.ps1"  # 6. stop local model servers
